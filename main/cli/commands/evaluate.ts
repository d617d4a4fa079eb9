import { Option, type Command } from 'commander';
import { AppError } from '#contract/errors';
import { evaluationResultSchema } from '#contract/results';
import type { EngineRequest, EvaluationMode, SplitName } from '#contract/specs/common';
import { withSession, type CommandContext } from '../command-context';
import { findArtifact, findOrigin, findScaledVectors } from '../find-artifact';
import { formatPercent } from '../format';
import { engineOption, integerOption, repeatable, splitOption } from '../options';
import { submitAndRead } from '../submit';

interface Options {
  readonly model?: string;
  readonly dataset?: string;
  readonly head?: string;
  readonly taskVector: readonly string[];
  readonly mode: EvaluationMode;
  readonly split: SplitName;
  readonly batchSize: number;
  readonly engine: EngineRequest;
  readonly again: boolean;
}

/** Adds `tangent evaluate`. */
export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description('measure top-1 accuracy of a model, or of a model with task vectors added')
    .option('--model <artifact>', 'the pre-trained model (default: that of the first task vector)')
    .option('--dataset <artifact>', 'the task (default: that of the first task vector)')
    .option('--head <artifact>', "the task's head (default: that of the first task vector)")
    .option(
      '--task-vector <artifact[=coef]>',
      'add this task vector, times its coefficient (default 1)',
      repeatable,
      [],
    )
    .addOption(
      new Option('--mode <mode>', 'evaluate the network, or its first-order expansion')
        .choices(['standard', 'posthoc', 'linear'])
        .default('standard'),
    )
    .addOption(splitOption('test'))
    .option('--batch-size <n>', 'images in a batch', integerOption(1), 128)
    .addOption(engineOption())
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (options: Options, command: Command) => {
      await withSession(command, 'execute', (context) => evaluate(options, context));
    });
}

async function evaluate(options: Options, context: CommandContext): Promise<number> {
  const {
    session: { client },
    output,
  } = context;
  const vectors = await findScaledVectors(client, options.taskVector);
  const first = vectors.at(0);
  const origin = first === undefined ? null : await findOrigin(client, first.artifact);
  const input = async (
    given: string | undefined,
    inherited: string | undefined,
    kind: 'model' | 'dataset' | 'head',
  ) => {
    const reference = given ?? inherited;
    if (reference === undefined) {
      throw new AppError(
        'invalid_input',
        `--${kind} must be given: no task vector that was fine-tuned here tells it.`,
        {
          option: kind,
        },
      );
    }
    return (await findArtifact(client, reference, kind)).id;
  };
  const { code, result } = await submitAndRead(
    context,
    {
      kind: 'evaluate',
      specVersion: 1,
      params: {
        mode: options.mode,
        split: options.split,
        scalingCoefs: vectors.map(({ coef }) => coef),
        batchSize: options.batchSize,
        engine: options.engine,
      },
      inputs: {
        model: await input(options.model, origin?.model, 'model'),
        dataset: await input(options.dataset, origin?.dataset, 'dataset'),
        head: await input(options.head, origin?.head, 'head'),
        taskVectors: vectors.map(({ artifact }) => artifact.id),
      },
      seed: 0,
    },
    options.again,
    { role: 'evaluation', schema: evaluationResultSchema },
  );
  if (result === null) return code;
  output.value(result);
  const { task, top1, correct, count } = result.accuracy;
  output.line(`${task} ${result.split}: top-1 ${formatPercent(top1)} % (${correct} of ${count})`);
  return code;
}
