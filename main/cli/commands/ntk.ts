import { Option, type Command } from 'commander';
import { randomModelName, randomModelSpec } from '#contract/import-specs';
import { AppError } from '#contract/errors';
import { ntkResultSchema, type NtkResult } from '#contract/ntk';
import type { EngineRequest, SplitName } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import { kernelScalarSchema, type KernelScalar } from '#contract/specs/ntk.v1';
import { withSession, type CommandContext } from '../command-context';
import { exitCodes } from '../exit-codes';
import { findArtifact, outputOf } from '../find-artifact';
import { findEditInputs } from '../find-task';
import { printNtk } from '../ntk-table';
import { addTaskVectorOption, engineOption, integerOption, splitOption } from '../options';
import { submitAndFind, submitAndRead } from '../submit';

interface Options {
  readonly taskVector: readonly string[];
  readonly control: string;
  readonly at: NtkResult['kernel']['point'];
  readonly scalar: KernelScalar;
  readonly outputs?: number[];
  readonly images: number;
  readonly split: SplitName;
  readonly recipe: RunSpecOf<'ntk'>['params']['recipe'];
  readonly rank?: number;
  readonly method: 'gram' | 'products';
  readonly besideRandom: boolean;
  readonly blockSize: number;
  readonly seed: number;
  readonly engine: EngineRequest;
  readonly again: boolean;
}

/** Adds `tangent ntk`. */
export function addNtkCommand(program: Command): void {
  addTaskVectorOption(
    program
      .command('ntk')
      .description(
        'neural tangent kernel of a task against a control: eigenfunctions, and how local their energy is',
      ),
    '; here one, which says task, head and model',
  )
    .requiredOption('--control <dataset>', 'the images on which the eigenfunctions of the task should vanish')
    .addOption(
      new Option('--at <point>', 'params0: at θ0, what the theory needs; params: at θ0 + τ')
        .choices(['params0', 'params'])
        .default('params0'),
    )
    .addOption(
      new Option('--scalar <scalar>', 'what the kernel is of; a feature is taken un-normalised')
        .choices(kernelScalarSchema.options)
        .default('classLogit'),
    )
    .option('--outputs <i,j,…>', 'which classes or features, from 0 on (default: all)', (text) =>
      text.split(',').map(integerOption(0)),
    )
    .option('--images <n>', 'images of the task, and of the control, drawn at random', integerOption(2), 200)
    .addOption(splitOption('train'))
    .addOption(
      new Option(
        '--recipe <recipe>',
        'how local energy is estimated; the other two are refused with the reason',
      )
        .choices(['rectangular', 'square', 'nystrom'])
        .default('rectangular'),
    )
    .option('--rank <k>', 'eigenfunctions kept (default: all that are more than rounding)', integerOption(1))
    .addOption(
      new Option(
        '--method <method>',
        'gram: the whole matrix; products: the --rank leading eigenfunctions alone',
      )
        .choices(['gram', 'products'])
        .default('gram'),
    )
    .option('--beside-random', 'also for a random θ0, side by side', false)
    .option('--block-size <n>', 'images whose gradients are in memory at once', integerOption(1), 100)
    .option('--seed <n>', 'seed of the draw of images, and of the random θ0', integerOption(0), 0)
    .addOption(engineOption())
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (options: Options, command: Command) => {
      await withSession(command, 'execute', (context) => measure(options, context));
    });
}

async function measure(options: Options, context: CommandContext): Promise<number> {
  const { client } = context.session;
  const { model, tasks } = await findEditInputs(client, options.taskVector);
  const [task] = tasks;
  if (tasks.length > 1) {
    throw new AppError(
      'invalid_input',
      'One task vector is needed: a kernel is of one task and one control.',
      {
        option: 'task-vector',
      },
    );
  }
  const control = await findArtifact(client, options.control, 'dataset');
  const specAt = (at: { model: string; taskVector: string | null }): RunSpecOf<'ntk'> => ({
    kind: 'ntk',
    specVersion: 1,
    params: {
      scalar: options.scalar,
      outputs: options.outputs ?? null,
      split: options.split,
      imageCount: options.images,
      recipe: options.recipe,
      rank: options.rank ?? null,
      method: options.method,
      blockSize: options.blockSize,
      engine: options.engine,
    },
    inputs: { ...at, task: { dataset: task.dataset, head: task.head }, control: { dataset: control.id } },
    seed: options.seed,
  });
  const results: NtkResult[] = [];
  const taskVector = options.at === 'params' ? task.taskVector : null;
  for (const at of [{ model, taskVector }, ...(options.besideRandom ? ['random' as const] : [])]) {
    const point = at === 'random' ? await drawRandom(model, options, context) : at;
    if (typeof point === 'number') return point;
    const { code, result } = await submitAndRead(context, specAt(point), options.again, {
      role: 'ntk',
      schema: ntkResultSchema,
    });
    if (result === null) return code;
    results.push(result);
  }
  printNtk(results, context.output);
  return exitCodes.ok;
}

/** Makes a random θ0 of the model's sizes; returns the exit code of a run that failed. */
async function drawRandom(
  model: string,
  { seed }: Options,
  context: CommandContext,
): Promise<{ model: string; taskVector: null } | number> {
  const { client } = context.session;
  const { id, label } = await findArtifact(client, model, 'model');
  const spec = randomModelSpec(id, randomModelName(label, seed), seed);
  const { runId, code } = await submitAndFind(context, spec, false);
  if (code !== exitCodes.ok) return code;
  return { model: outputOf(await client.query('runs.get', { runId }), 'model').id, taskVector: null };
}
