import type { Command } from 'commander';
import { AppError } from '#contract/errors';
import { combinationResultSchema, type Accuracy, type CombinationResult } from '#contract/results';
import type { EngineRequest, EvaluationMode } from '#contract/specs/common';
import { withSession, type CommandContext } from '../command-context';
import { findArtifact, findOrigin, findScaledVectors, type ScaledVector } from '../find-artifact';
import { findTaskByParts } from '../find-task';
import { formatPercent } from '../format';
import { engineOption, integerOption, modeOption, repeatable } from '../options';
import { formatTable, type Output } from '../output';
import { submitAndRead } from '../submit';

interface Options {
  readonly on: readonly string[];
  readonly mode: EvaluationMode;
  readonly gridPoints: number;
  readonly one: boolean;
  readonly batchSize: number;
  readonly engine: EngineRequest;
  readonly again: boolean;
}

interface CombineOptions extends Options {
  readonly taskVector: readonly string[];
}

interface AnalogyOptions extends Options {
  readonly from: string;
  readonly to: string;
  readonly like: string;
}

/** Adds `tangent edit combine` and `tangent edit analogy`. */
export function addCombineCommands(group: Command): void {
  addOptions(
    group
      .command('combine')
      .description('measure any linear combination of task vectors on any tasks')
      .requiredOption(
        '--task-vector <artifact[=coef]>',
        'a task vector times a coefficient; repeat',
        repeatable,
      ),
  ).action(async (options: CombineOptions, command: Command) => {
    await withSession(command, 'execute', async (context) =>
      combine(await findScaledVectors(context.session.client, options.taskVector), options, context),
    );
  });
  addOptions(
    group
      .command('analogy')
      .description('A is to B as C is to D: measure τ_C + (τ_B − τ_A) on D, on which nothing was trained')
      .requiredOption('--from <task vector>', 'τ_A')
      .requiredOption('--to <task vector>', 'τ_B')
      .requiredOption('--like <task vector>', 'τ_C'),
  ).action(async (options: AnalogyOptions, command: Command) => {
    await withSession(command, 'execute', async (context) => {
      const find = async (reference: string, coef: number): Promise<ScaledVector> => ({
        artifact: await findArtifact(context.session.client, reference, 'task-vector'),
        coef,
      });
      const { like, to, from } = options;
      return combine([await find(like, 1), await find(to, 1), await find(from, -1)], options, context);
    });
  });
}

function addOptions(command: Command): Command {
  return command
    .requiredOption('--on <dataset,head>', 'a task to measure on; repeat the option for more', repeatable)
    .addOption(modeOption())
    .option('--grid-points <n>', 'number of α from 0 to 1, chosen on validation', integerOption(2), 21)
    .option('--one', 'take α = 1 instead of choosing it', false)
    .option('--batch-size <n>', 'images in a batch', integerOption(1), 128)
    .addOption(engineOption())
    .option('--again', 'compute anew even if a run has done it', false);
}

async function combine(
  vectors: readonly ScaledVector[],
  options: Options,
  context: CommandContext,
): Promise<number> {
  const { client } = context.session;
  const models = new Set<string>();
  for (const { artifact } of vectors) models.add((await findOrigin(client, artifact)).model ?? 'unknown');
  const [model] = models;
  if (models.size > 1 || model === 'unknown') {
    throw new AppError('params_mismatch', 'The task vectors do not come from one known pre-trained model.', {
      models: [...models],
    });
  }
  const tasks = [];
  for (const text of options.on) tasks.push(await findTaskByParts(client, text, 'on'));
  const { mode, gridPoints, one, batchSize, engine } = options;
  const { code, result } = await submitAndRead(
    context,
    {
      kind: 'edit-combine',
      specVersion: 1,
      params: {
        mode,
        scalingCoefs: vectors.map(({ coef }) => coef),
        gridPoints: one ? null : gridPoints,
        batchSize,
        engine,
      },
      inputs: { model, taskVectors: vectors.map(({ artifact }) => artifact.id), tasks },
      seed: 0,
    },
    options.again,
    { role: 'combination', schema: combinationResultSchema },
  );
  if (result !== null) print(result, context.output);
  return code;
}

function print(result: CombinationResult, output: Output): void {
  output.value(result);
  const { pretrained, test, terms, chosenScalingCoef, sweep } = result;
  const row = (name: string, accuracies: readonly Accuracy[]) => [
    name,
    ...accuracies.map(({ top1 }) => formatPercent(top1)),
  ];
  const how = sweep.length === 0 ? 'given' : 'chosen on validation';
  output.line();
  output.line(
    `Top-1 on test in percent, of ${terms.map(({ label, scalingCoef }) => `${scalingCoef} · ${label}`).join(' + ')}; α ${how}`,
  );
  output.line();
  output.line(
    formatTable([
      ['', ...test.map(({ task }) => task)],
      row('pre-trained', pretrained),
      row(`α = ${chosenScalingCoef.toFixed(2)}`, test),
    ]),
  );
}
