import type { AdditionResult, MergeResult, TaskAccuracies } from '#contract/results';
import type { TableDocument } from '#contract/table-document';
import { methodName } from '#report/seed-accuracies';
import { fillColumns, taskRows, type FilledColumn } from '../fill-columns';
import { accuracyCells } from './accuracy-cells';
import type { RunTableNames } from './run-table-names';

/** Test accuracy of a sum of tasks, or of what they were merged to, on every task, beside what it began with. */
export function additionRunTable(result: AdditionResult | MergeResult, names: RunTableNames): TableDocument {
  const { mode: method, pretrained, singleTask, test, testAtOne, chosenScalingCoef } = result;
  const isMerge = result.format === 'tangent-merge/1';
  const group = isMerge ? `merged by ${result.rule.name}` : 'added';
  const about = { ...(isMerge ? {} : { quantity: 'addition' as const }), method };
  const both = (name: string, scalingRule: 'tuned' | 'one', accuracies: TaskAccuracies): FilledColumn[] =>
    (['absolute', 'normalized'] as const).map((measure) => ({
      head: `${name}, ${measure}`,
      group: name,
      measure,
      subject: { ...about, scalingRule },
      cells: accuracyCells(accuracies, measure),
    }));
  return fillColumns(
    {
      ...names,
      caption:
        `Test accuracy of ${methodName(method)} in percent; normalized: its ratio to the single-task accuracy. ` +
        `α = ${chosenScalingCoef.toFixed(2)} was chosen on validation data.`,
      rowHead: 'Task',
    },
    taskRows(test.tasks.map(({ task }) => task)),
    [
      {
        head: 'pre-trained',
        measure: 'absolute',
        subject: { quantity: 'zeroShot', method: 'pretrained' },
        cells: accuracyCells(pretrained, 'absolute', 0),
      },
      {
        head: 'single-task',
        measure: 'absolute',
        subject: { quantity: 'singleTask', method },
        cells: accuracyCells(singleTask.test, 'absolute'),
      },
      ...both(group, 'tuned', test),
      ...(testAtOne === null ? [] : both(`${group}, α = 1`, 'one', testAtOne)),
    ],
  );
}
