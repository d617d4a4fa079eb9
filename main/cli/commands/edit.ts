import type { Command } from 'commander';
import type { EngineRequest, EvaluationMode } from '#contract/specs/common';
import { printAdditionTable } from '../addition-table';
import { withSession, type CommandContext } from '../command-context';
import { exitCodes } from '../exit-codes';
import { findEditInputs, findTaskByParts } from '../find-task';
import { printNegationTable } from '../negation-table';
import {
  addControlThreshold,
  addTaskVectorOption,
  engineOption,
  integerOption,
  modeOption,
} from '../options';
import { submitAndFind } from '../submit';
import { addCombineCommands } from './combine';
import { addMergeCommand } from './merge';
import { addSearchCommand } from './search';

interface Options {
  readonly taskVector: readonly string[];
  readonly mode: EvaluationMode;
  readonly gridPoints: number;
  readonly batchSize: number;
  readonly engine: EngineRequest;
  readonly again: boolean;
}

interface NegationOptions extends Options {
  readonly control: string;
  readonly controlThreshold: number;
}

/** Adds `tangent edit …`. */
export function addEditCommands(program: Command): void {
  const group = program.command('edit').description('edit a pre-trained model with task vectors');
  addOptions(
    group
      .command('add')
      .description('add tasks: one α for all, chosen on validation data; makes the edited model'),
  ).action(async (options: Options, command: Command) => {
    await withSession(command, 'execute', (context) => addTasks(options, context));
  });
  const negate = addOptions(
    group
      .command('negate')
      .description(
        'forget tasks, each on its own: an α for each, chosen on validation data so that a control task is kept',
      ),
  ).requiredOption(
    '--control <dataset,head>',
    'the task that must not be forgotten; none of the task vectors was trained on it',
  );
  addControlThreshold(negate).action(async (options: NegationOptions, command: Command) => {
    await withSession(command, 'execute', (context) => negateTasks(options, context));
  });
  addMergeCommand(group);
  addCombineCommands(group);
  addSearchCommand(group);
}

/** Adds the options that edits have in common. */
function addOptions(command: Command): Command {
  return addTaskVectorOption(command)
    .addOption(modeOption())
    .option('--grid-points <n>', 'number of α from 0 to 1', integerOption(2), 21)
    .option('--batch-size <n>', 'images in a batch', integerOption(1), 128)
    .addOption(engineOption())
    .option('--again', 'compute anew even if a run has done it', false);
}

async function addTasks(options: Options, context: CommandContext): Promise<number> {
  const { client } = context.session;
  const { mode, gridPoints, batchSize, engine } = options;
  const { runId, code } = await submitAndFind(
    context,
    {
      kind: 'edit-add',
      specVersion: 2,
      params: { mode, gridPoints, batchSize, engine },
      inputs: await findEditInputs(client, options.taskVector),
      seed: 0,
    },
    options.again,
  );
  if (code === exitCodes.ok) await printAdditionTable(client, [runId], context.output);
  return code;
}

async function negateTasks(options: NegationOptions, context: CommandContext): Promise<number> {
  const { client } = context.session;
  const { mode, gridPoints, controlThreshold, batchSize, engine } = options;
  const control = await findTaskByParts(client, options.control, 'control');
  const { runId, code } = await submitAndFind(
    context,
    {
      kind: 'edit-negate',
      specVersion: 1,
      params: { mode, gridPoints, controlThreshold, batchSize, engine },
      inputs: { ...(await findEditInputs(client, options.taskVector)), control },
      seed: 0,
    },
    options.again,
  );
  if (code === exitCodes.ok) await printNegationTable(client, [runId], context.output);
  return code;
}
