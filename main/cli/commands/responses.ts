import type { Command } from 'commander';
import { AppError } from '#contract/errors';
import { splitNameSchema, type EngineRequest, type SplitName } from '#contract/specs/common';
import { withSession, type CommandContext } from '../command-context';
import { findArtifact } from '../find-artifact';
import { findEditInputs } from '../find-task';
import { addTaskVectorOption, engineOption, integerOption, repeatable } from '../options';
import { submitAndFollow } from '../submit';

interface Options {
  readonly taskVector: readonly string[];
  readonly dataset: readonly string[];
  readonly splits: readonly string[];
  readonly images?: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly engine: EngineRequest;
  readonly again: boolean;
}

/** Adds `tangent responses`. */
export function addResponsesCommand(program: Command): void {
  addTaskVectorOption(
    program
      .command('responses')
      .description(
        'store f(x; θ0) and J(x) τ of images: all that edits in the tangent space are computed from',
      ),
  )
    .option(
      '--dataset <artifact>',
      'images of it too, besides those of the task vectors; repeat',
      repeatable,
      [],
    )
    .option('--splits <split,…>', `of ${splitNameSchema.options.join(', ')}`, (text) => text.split(','), [
      'val',
      'test',
    ])
    .option('--images <n>', 'images of each split, drawn at random (default: all)', integerOption(1))
    .option('--seed <n>', 'seed of that draw', integerOption(0), 0)
    .option('--batch-size <n>', 'images in a batch', integerOption(1), 128)
    .addOption(engineOption())
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (options: Options, command: Command) => {
      await withSession(command, 'execute', (context) => store(options, context));
    });
}

async function store(options: Options, context: CommandContext): Promise<number> {
  const { client } = context.session;
  const { model, tasks } = await findEditInputs(client, options.taskVector);
  const others = await Promise.all(
    options.dataset.map(async (reference) => (await findArtifact(client, reference, 'dataset')).id),
  );
  const { images = null, batchSize, engine, seed } = options;
  return submitAndFollow(
    context,
    {
      kind: 'responses',
      specVersion: 1,
      params: { splits: options.splits.map(toSplit), imageCount: images, batchSize, engine },
      inputs: {
        model,
        taskVectors: tasks.map(({ taskVector }) => taskVector),
        datasets: [...new Set([...tasks.map(({ dataset }) => dataset), ...others])],
      },
      seed,
    },
    options.again,
  );
}

function toSplit(text: string): SplitName {
  const split = splitNameSchema.safeParse(text);
  if (split.success) return split.data;
  throw new AppError(
    'invalid_input',
    `"${text}" is not a split; there are ${splitNameSchema.options.join(', ')}.`,
    {
      option: 'splits',
    },
  );
}
