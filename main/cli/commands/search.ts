import type { Command } from 'commander';
import { editSearchResultSchema } from '#contract/edit-search';
import type { EngineRequest } from '#contract/specs/common';
import { withSession, type CommandContext } from '../command-context';
import { exitCodes } from '../exit-codes';
import { outputOf } from '../find-artifact';
import { findEditInputs, findTaskByParts } from '../find-task';
import {
  addControlThreshold,
  addTaskVectorOption,
  engineOption,
  integerOption,
  numberOption,
} from '../options';
import { printSearch } from '../search-table';
import { submitAndFind, submitAndRead } from '../submit';

interface Options {
  readonly taskVector: readonly string[];
  readonly control?: string;
  readonly controlThreshold: number;
  readonly gridPoints: number;
  readonly largestAlpha: number;
  readonly batchSize: number;
  readonly engine: EngineRequest;
  readonly again: boolean;
}

/** Adds `tangent edit search`. */
export function addSearchCommand(group: Command): void {
  const command = addTaskVectorOption(
    group
      .command('search')
      .description(
        'in the tangent space: the best α of the grid, the exactly best α, and one α for each task; with --control, for negations',
      ),
  ).option('--control <dataset,head>', 'negate, and do not forget this task');
  addControlThreshold(command)
    .option('--grid-points <n>', 'number of α from 0 to 1', integerOption(2), 21)
    .option('--largest-alpha <x>', 'how far the exact search goes', numberOption({ above: 0, most: 100 }), 1)
    .option('--batch-size <n>', 'images in a batch', integerOption(1), 128)
    .addOption(engineOption())
    .option('--again', 'compute anew even if a run has done it', false)
    .action(async (options: Options, itself: Command) => {
      await withSession(itself, 'execute', (context) => search(options, context));
    });
}

async function search(options: Options, context: CommandContext): Promise<number> {
  const { client } = context.session;
  const { model, tasks } = await findEditInputs(client, options.taskVector);
  const control =
    options.control === undefined ? null : await findTaskByParts(client, options.control, 'control');
  const all = control === null ? tasks : [...tasks, control];
  const datasets = [...new Set(all.map(({ dataset }) => dataset))];
  const { batchSize, engine } = options;
  const made = await submitAndFind(
    context,
    {
      kind: 'responses',
      specVersion: 1,
      params: { splits: ['val', 'test'], imageCount: null, batchSize, engine },
      inputs: { model, taskVectors: tasks.map(({ taskVector }) => taskVector), datasets },
      seed: 0,
    },
    options.again,
  );
  if (made.code !== exitCodes.ok) return made.code;
  const responses = await client.query('runs.get', { runId: made.runId });
  const of = ({ dataset, head }: { readonly dataset: string; readonly head: string }) => {
    const d = datasets.indexOf(dataset);
    return {
      head,
      val: outputOf(responses, `responses.${d}.val`).id,
      test: outputOf(responses, `responses.${d}.test`).id,
    };
  };
  const { code, result } = await submitAndRead(
    context,
    {
      kind: 'edit-search',
      specVersion: 1,
      params: {
        operation: control === null ? 'add' : 'negate',
        gridPoints: options.gridPoints,
        controlThreshold: options.controlThreshold,
        largestScalingCoef: options.largestAlpha,
      },
      inputs: {
        tasks: tasks.map((task) => ({ ...of(task), taskVector: task.taskVector })),
        control: control === null ? null : of(control),
      },
      seed: 0,
    },
    options.again,
    { role: 'search', schema: editSearchResultSchema },
  );
  if (result !== null) printSearch(result, context.output);
  return code;
}
