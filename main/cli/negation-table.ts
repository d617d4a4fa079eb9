import type { HostClient } from '#contract/api';
import { negationResultSchema, type NegationResult } from '#contract/results';
import { formatPercent } from './format';
import { formatTable, type Output } from './output';

/**
 * Prints the accuracies of task negations, one block per method and one line per task, in percent.
 *
 * @param runIds finished `edit-negate` runs
 */
export async function printNegationTable(
  client: HostClient,
  runIds: readonly string[],
  output: Output,
): Promise<void> {
  const results: NegationResult[] = [];
  for (const runId of runIds) {
    const { outputs } = await client.query('runs.get', { runId });
    const negation = outputs.find((artifact) => artifact.kind === 'negation');
    if (negation === undefined) continue;
    results.push(negationResultSchema.parse(await client.query('artifacts.json', { id: negation.id })));
  }
  for (const result of results) {
    output.value(result);
    const { pretrainedControl, controlThreshold } = result;
    output.line();
    output.line(
      `Top-1 accuracy on the test splits, in percent; α keeps ${formatPercent(controlThreshold)} % of the ` +
        `validation accuracy on ${pretrainedControl.val.task}`,
    );
    output.line();
    output.line(formatTable([header(pretrainedControl.test.task), [result.mode], ...taskRows(result)]));
  }
}

function header(control: string): string[] {
  return ['', 'α', 'target before', 'after', 'at α = 1', `${control} before`, 'after', 'at α = 1'];
}

function taskRows({ pretrainedControl, tasks, ...result }: NegationResult): string[][] {
  const average = (of: (task: NegationResult['tasks'][number]) => number) =>
    tasks.reduce((sum, task) => sum + of(task), 0) / tasks.length;
  const before = pretrainedControl.test.top1;
  return [
    ...tasks.map((task) => [
      `  ${task.task}`,
      task.chosenScalingCoef.toFixed(2),
      ...[task.pretrained.top1, task.test.target.top1, task.testAtOne.target.top1].map(formatPercent),
      ...[before, task.test.control.top1, task.testAtOne.control.top1].map(formatPercent),
    ]),
    [
      '  average',
      '',
      formatPercent(average((task) => task.pretrained.top1)),
      formatPercent(result.averageTargetTop1),
      formatPercent(average((task) => task.testAtOne.target.top1)),
      formatPercent(before),
      formatPercent(result.averageControlTop1),
      formatPercent(average((task) => task.testAtOne.control.top1)),
    ],
  ];
}
