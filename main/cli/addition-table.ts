import type { HostClient } from '#contract/api';
import {
  additionResultSchema,
  type AdditionResult,
  type MergeResult,
  type TaskAccuracies,
} from '#contract/results';
import { formatPercent } from './format';
import { formatTable, type Output } from './output';

/**
 * Prints the accuracies of task additions, one block per quantity and one line per method, in percent.
 *
 * @param runIds finished `edit-add` runs over the same tasks
 */
export async function printAdditionTable(
  client: HostClient,
  runIds: readonly string[],
  output: Output,
): Promise<void> {
  const results: PrintedAddition[] = [];
  for (const runId of runIds) {
    const { outputs } = await client.query('runs.get', { runId });
    const addition = outputs.find((artifact) => artifact.kind === 'addition');
    if (addition === undefined) continue;
    results.push(additionResultSchema.parse(await client.query('artifacts.json', { id: addition.id })));
  }
  printAdditions(results, output);
}

/** An addition, or a merge in place of one. */
type PrintedAddition = AdditionResult | MergeResult;

/** Prints additions, or merges by one rule, over the same tasks as {@link printAdditionTable} does. */
export function printAdditions(results: readonly PrintedAddition[], output: Output): void {
  const first = results.at(0);
  if (first === undefined) return;
  for (const result of results) output.value(result);
  output.line();
  output.line('Top-1 accuracy on the test splits, in percent');
  output.line();
  const heading = 'rule' in first ? `merged by ${first.rule.name}` : 'all tasks added';
  const names = first.test.tasks.map((task) => task.task);
  const row = (name: string, alpha: string, accuracies: TaskAccuracies, average = accuracies.averageTop1) => [
    name,
    alpha,
    ...accuracies.tasks.map((task) => formatPercent(task.top1)),
    formatPercent(average),
  ];
  const normalized = (result: PrintedAddition) => [
    `  ${result.mode}`,
    result.chosenScalingCoef.toFixed(2),
    ...result.test.tasks.map((task) => formatPercent(task.normalizedTop1)),
    formatPercent(result.test.averageNormalizedTop1),
  ];
  output.line(
    formatTable([
      ['', 'α', ...names, 'average'],
      row('pre-trained', '0.00', first.pretrained),
      ['single task'],
      ...results.map((result) => row(`  ${result.mode}`, '1.00', result.singleTask.test)),
      [`${heading}, absolute`],
      ...results.map((result) => row(`  ${result.mode}`, result.chosenScalingCoef.toFixed(2), result.test)),
      ...(results.some(({ testAtOne }) => testAtOne !== null) ? [[`${heading}, α = 1`]] : []),
      ...results.flatMap(({ mode, testAtOne }) =>
        testAtOne === null ? [] : [row(`  ${mode}`, '1.00', testAtOne)],
      ),
      [`${heading}, normalised by single task`],
      ...results.map(normalized),
    ]),
  );
}
