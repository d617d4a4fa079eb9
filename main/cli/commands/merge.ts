import { Option, type Command } from 'commander';
import { AppError } from '#contract/errors';
import { mergeResultSchema } from '#contract/results';
import type { EngineRequest, EvaluationMode } from '#contract/specs/common';
import { towerPartSchema, type MergeRule, type TowerPart } from '#contract/specs/edit-merge.v1';
import { printAdditions } from '../addition-table';
import { withSession, type CommandContext } from '../command-context';
import { findEditInputs } from '../find-task';
import {
  addTaskVectorOption,
  engineOption,
  integerOption,
  modeOption,
  numberOption,
  numbersOption,
} from '../options';
import { submitAndRead } from '../submit';

interface Options {
  readonly taskVector: readonly string[];
  readonly rule: MergeRule['name'];
  readonly keep?: number;
  readonly drop?: number;
  readonly shallow?: number;
  readonly factors?: number[];
  readonly parts?: TowerPart[];
  readonly largestAlpha: number;
  readonly mode: EvaluationMode;
  readonly gridPoints: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly engine: EngineRequest;
  readonly again: boolean;
}

/** Adds `tangent edit merge`. */
export function addMergeCommand(group: Command): void {
  addTaskVectorOption(
    group
      .command('merge')
      .description('merge task vectors by another rule than their sum, and measure the result like a sum'),
  )
    .addOption(
      new Option(
        '--rule <rule>',
        'average; ties (--keep); magnitude (--keep); dare (--drop); lines (--shallow); layerScaling (--factors); parts (--parts)',
      )
        .choices(['average', 'ties', 'magnitude', 'dare', 'lines', 'layerScaling', 'parts'])
        .makeOptionMandatory(),
    )
    .option(
      '--keep <x>',
      'fraction of numbers kept, the largest (default: 0.2)',
      numberOption({ above: 0, most: 1 }),
    )
    .option(
      '--drop <x>',
      'fraction of numbers dropped at random (default: 0.9)',
      numberOption({ least: 0, below: 1 }),
    )
    .option(
      '--shallow <x>',
      'factor of the first block and of what is outside the blocks, as a fraction of the last block (default: 0.2)',
      numberOption({ least: 0, most: 1 }),
    )
    .option(
      '--factors <x,…>',
      'a factor before the blocks, for each block, and behind them',
      numbersOption({ least: -100, most: 100 }),
    )
    .option('--parts <part,…>', `what is edited: ${towerPartSchema.options.join(', ')}`, (text) =>
      text.split(','),
    )
    .option('--largest-alpha <x>', 'α is looked for from 0 to this', numberOption({ above: 0, most: 100 }), 1)
    .addOption(modeOption())
    .option('--grid-points <n>', 'number of α', integerOption(2), 21)
    .option('--batch-size <n>', 'images in a batch', integerOption(1), 128)
    .option('--seed <n>', 'seed of what dare drops', integerOption(0), 0)
    .addOption(engineOption())
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (options: Options, command: Command) => {
      await withSession(command, 'execute', (context) => merge(options, context));
    });
}

async function merge(options: Options, context: CommandContext): Promise<number> {
  const { mode, gridPoints, largestAlpha, batchSize, engine, seed } = options;
  const { code, result } = await submitAndRead(
    context,
    {
      kind: 'edit-merge',
      specVersion: 1,
      params: {
        rule: ruleOf(options),
        mode,
        gridPoints,
        largestScalingCoef: largestAlpha,
        batchSize,
        engine,
      },
      inputs: await findEditInputs(context.session.client, options.taskVector),
      seed,
    },
    options.again,
    { role: 'merge', schema: mergeResultSchema },
  );
  if (result !== null) printAdditions([result], context.output);
  return code;
}

/** The option of each rule; none for the average. */
const optionOf = {
  average: null,
  ties: 'keep',
  magnitude: 'keep',
  dare: 'drop',
  lines: 'shallow',
  layerScaling: 'factors',
  parts: 'parts',
} as const satisfies Record<MergeRule['name'], keyof Options | null>;

function ruleOf(options: Options): MergeRule {
  const { rule: name, keep = 0.2, drop = 0.9, shallow = 0.2, factors, parts } = options;
  for (const option of ['keep', 'drop', 'shallow', 'factors', 'parts'] as const) {
    if (options[option] === undefined || option === optionOf[name]) continue;
    throw new AppError('invalid_input', `--rule ${name} does not use --${option}.`, { option });
  }
  const needed = <T>(value: T | undefined, option: string): T => {
    if (value !== undefined) return value;
    throw new AppError('invalid_input', `--rule ${name} needs --${option}.`, { option });
  };
  switch (name) {
    case 'average':
      return { name };
    case 'ties':
    case 'magnitude':
      return { name, keep };
    case 'dare':
      return { name, drop };
    case 'lines':
      return { name, shallow };
    case 'layerScaling':
      return { name, factors: needed(factors, 'factors') };
    case 'parts':
      return { name, keep: needed(parts, 'parts') };
  }
}
