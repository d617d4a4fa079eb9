import { Option, type Command } from 'commander';
import { disentanglementResultSchema } from '#contract/disentanglement';
import { AppError } from '#contract/errors';
import type { EngineRequest, EvaluationMode, SplitName } from '#contract/specs/common';
import type { DisentanglementShape } from '#contract/specs/disentanglement.v1';
import { withSession, type CommandContext } from '../command-context';
import { printDisentanglement } from '../disentanglement-table';
import { findEditInputs } from '../find-task';
import {
  addTaskVectorOption,
  engineOption,
  integerOption,
  modeOption,
  numberOption,
  splitOption,
} from '../options';
import { submitAndRead } from '../submit';

interface Options {
  readonly taskVector: readonly string[];
  readonly mode: EvaluationMode;
  readonly shape: DisentanglementShape['shape'];
  readonly from: number;
  readonly to: number;
  readonly gridPoints: number;
  readonly alpha?: number;
  readonly images: number;
  readonly split: SplitName;
  readonly batchSize: number;
  readonly seed: number;
  readonly engine: EngineRequest;
  readonly again: boolean;
}

/** Adds `tangent map`. */
export function addMapCommand(program: Command): void {
  addTaskVectorOption(
    program
      .command('map')
      .description(
        'measure the disentanglement error ξ of task vectors: how far one disturbs the task of another',
      ),
    ': two for a map',
  )
    .addOption(modeOption())
    .addOption(
      new Option(
        '--shape <shape>',
        'map: ξ(α1, α2) of two tasks; diagonal: one α for all tasks; pairs: every two tasks at --alpha',
      )
        .choices(['map', 'diagonal', 'pairs'])
        .default('map'),
    )
    .option('--from <x>', 'smallest α', numberOption({ least: -100, most: 100 }), -3)
    .option('--to <x>', 'largest α', numberOption({ least: -100, most: 100 }), 3)
    .option('--grid-points <n>', 'number of α', integerOption(2), 21)
    .option('--alpha <x>', 'α of --shape pairs', numberOption({ least: -100, most: 100 }))
    .option('--images <n>', 'images of each task, drawn at random', integerOption(1), 2048)
    .addOption(splitOption('test'))
    .option('--seed <n>', 'seed of that draw', integerOption(0), 0)
    .option('--batch-size <n>', 'images in a batch', integerOption(1), 128)
    .addOption(engineOption())
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (options: Options, command: Command) => {
      await withSession(command, 'execute', (context) => measure(options, context));
    });
}

async function measure(options: Options, context: CommandContext): Promise<number> {
  const { client } = context.session;
  const { mode, split, images, batchSize, engine, seed } = options;
  const { code, result } = await submitAndRead(
    context,
    {
      kind: 'disentanglement',
      specVersion: 1,
      params: { mode, split, cells: shapeOf(options), imageCount: images, batchSize, engine },
      inputs: await findEditInputs(client, options.taskVector),
      seed,
    },
    options.again,
    { role: 'disentanglement', schema: disentanglementResultSchema },
  );
  if (result !== null) printDisentanglement(result, context.output);
  return code;
}

function shapeOf({ shape, from, to, gridPoints: points, alpha, taskVector }: Options): DisentanglementShape {
  if (shape === 'map' && taskVector.length !== 2) {
    throw new AppError(
      'invalid_input',
      `A map needs two task vectors, not ${taskVector.length}; --shape diagonal and --shape pairs take more.`,
      { option: 'task-vector' },
    );
  }
  if (shape !== 'pairs') return { shape, from, to, points };
  if (alpha === undefined) {
    throw new AppError('invalid_input', '--shape pairs needs --alpha.', { option: 'alpha' });
  }
  return { shape, scalingCoef: alpha };
}
