import { Option, type Command } from 'commander';
import type { HostClient } from '#contract/api';
import { AppError } from '#contract/errors';
import type { EngineRequest, EvaluationMode } from '#contract/specs/common';
import { printAdditionTable } from '../addition-table';
import { withSession, type CommandContext } from '../command-context';
import { exitCodes } from '../exit-codes';
import { findArtifact, findOrigin } from '../find-artifact';
import { followRun } from '../follow-run';
import { engineOption, integerOption, repeatable } from '../options';

interface Options {
  readonly taskVector: readonly string[];
  readonly mode: EvaluationMode;
  readonly gridPoints: number;
  readonly batchSize: number;
  readonly engine: EngineRequest;
  readonly again: boolean;
}

/** Adds `tangent edit add`. */
export function addEditCommands(program: Command): void {
  const group = program.command('edit').description('edit a pre-trained model with task vectors');
  group
    .command('add')
    .description('add tasks: one α for all, chosen on validation data; makes the edited model')
    .requiredOption(
      '--task-vector <artifact[,dataset,head]>',
      'a task vector; repeat the option for each task. One that was imported is followed by its dataset and head',
      repeatable,
    )
    .addOption(
      new Option('--mode <mode>', 'standard, posthoc (standard vectors in the expansion), or linear')
        .choices(['standard', 'posthoc', 'linear'])
        .default('standard'),
    )
    .option('--grid-points <n>', 'number of α from 0 to 1', integerOption(2), 21)
    .option('--batch-size <n>', 'images in a batch', integerOption(1), 128)
    .addOption(engineOption())
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (options: Options, command: Command) => {
      await withSession(command, 'execute', (context) => addTasks(options, context));
    });
}

async function addTasks(options: Options, context: CommandContext): Promise<number> {
  const {
    session: { client },
    output,
  } = context;
  const tasks = await Promise.all(options.taskVector.map((text) => findTask(client, text)));
  const models = new Set(tasks.map((task) => task.model));
  if (models.size !== 1) {
    throw new AppError('params_mismatch', 'The task vectors come from different pre-trained models.', {
      models: [...models],
    });
  }
  const run = await client.mutate('runs.submit', {
    spec: {
      kind: 'edit-add',
      specVersion: 1,
      params: {
        mode: options.mode,
        gridPoints: options.gridPoints,
        batchSize: options.batchSize,
        engine: options.engine,
      },
      inputs: {
        model: [...models][0],
        tasks: tasks.map(({ dataset, head, taskVector }) => ({ dataset, head, taskVector })),
      },
      seed: 0,
    },
    reuse: !options.again,
  });
  const code = await followRun(context, run);
  if (code === exitCodes.ok) await printAdditionTable(client, [run.id], output);
  return code;
}

/** What is added: a task vector with the model it starts from, and the task that it was trained on. */
interface Task {
  readonly model: string;
  readonly dataset: string;
  readonly head: string;
  readonly taskVector: string;
}

/** @throws {AppError} `invalid_input` if neither the text nor the lineage tells dataset and head */
async function findTask(client: HostClient, text: string): Promise<Task> {
  const [reference, dataset, head] = text.split(',');
  const vector = await findArtifact(client, reference, 'task-vector');
  const origin = await findOrigin(client, vector);
  const find = async (kind: 'model' | 'dataset' | 'head', given?: string): Promise<string> => {
    const known = given ?? origin[kind];
    if (known !== undefined) return (await findArtifact(client, known, kind)).id;
    throw new AppError(
      'invalid_input',
      `The task vector ${vector.id.slice(0, 12)} was not made by fine-tuning here, so its ${kind} is not known; write --task-vector <vector>,<dataset>,<head>.`,
      { artifactId: vector.id },
    );
  };
  return {
    model: await find('model'),
    dataset: await find('dataset', dataset),
    head: await find('head', head),
    taskVector: vector.id,
  };
}
