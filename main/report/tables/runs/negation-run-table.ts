import type { NegationResult } from '#contract/results';
import type { TableDocument } from '#contract/table-document';
import { methodName } from '#report/seed-accuracies';
import { mean } from '#report/spread';
import { numberCell } from '#report/table-cells';
import { fillColumns, taskRows } from '../fill-columns';
import type { RunTableNames } from './run-table-names';

type Negated = NegationResult['tasks'][number];

/** Test accuracy on every task and on the control task before and after negating that task. */
export function negationRunTable(result: NegationResult, names: RunTableNames): TableDocument {
  const { mode: method, controlThreshold, pretrainedControl, tasks } = result;
  const control = pretrainedControl.test.top1;
  const withMean = (of: (task: Negated) => number, unit: 'percent' | 'coefficient', count: 0 | 1 = 1) => {
    const values = tasks.map(of);
    return [...values, mean(values)].map((value) => numberCell(value, unit, count));
  };
  const edited = (group: string, scalingRule: 'tuned' | 'one', of: (task: Negated) => Negated['test']) =>
    (['target', 'control'] as const).map((measure) => ({
      head: `${group}, ${measure}`,
      group,
      measure,
      subject: { quantity: 'negation' as const, method, scalingRule },
      cells: withMean((task) => of(task)[measure].top1, 'percent'),
    }));
  const before = { group: 'pre-trained', subject: { method: 'pretrained' as const } };
  return fillColumns(
    {
      ...names,
      caption:
        `Test accuracy in percent on the negated task and on the control task ${pretrainedControl.test.task}, by ` +
        `${methodName(method)}. α is chosen for each task so that validation accuracy on the control keeps ` +
        `${(controlThreshold * 100).toFixed(0)} % of the pre-trained.`,
      rowHead: 'Task',
    },
    taskRows(tasks.map(({ task }) => task)),
    [
      { head: 'α', cells: withMean(({ chosenScalingCoef }) => chosenScalingCoef, 'coefficient') },
      {
        ...before,
        head: 'pre-trained, target',
        measure: 'target',
        cells: withMean(({ pretrained }) => pretrained.top1, 'percent', 0),
      },
      {
        ...before,
        head: 'pre-trained, control',
        measure: 'control',
        cells: withMean(() => control, 'percent', 0),
      },
      ...edited('negated', 'tuned', ({ test }) => test),
      ...edited('negated, α = 1', 'one', ({ testAtOne }) => testAtOne),
    ],
  );
}
