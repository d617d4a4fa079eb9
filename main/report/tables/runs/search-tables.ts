import type { AdditionSearch, NegationSearch } from '#contract/edit-search';
import type { NegatedAccuracies, TaskAccuracies } from '#contract/results';
import type { TableCell, TableDocument } from '#contract/table-document';
import { mean } from '#report/spread';
import { numberCell } from '#report/table-cells';
import { fillColumns, taskRows, type FilledColumn } from '../fill-columns';
import { accuracyCells } from './accuracy-cells';
import type { RunTableNames } from './run-table-names';

const EMPTY: TableCell = { kind: 'empty' };

/** Test accuracy of a sum of tasks for the best α of the grid, the best of all, and one α for each task. */
export function additionSearchTable(
  { pretrained, singleTask, grid, exact, perTask }: AdditionSearch,
  names: RunTableNames,
): TableDocument {
  const found = (group: string, { test }: { readonly test: TaskAccuracies }): FilledColumn[] =>
    (['absolute', 'normalized'] as const).map((measure) => ({
      head: `${group}, ${measure}`,
      group,
      measure,
      cells: accuracyCells(test, measure),
    }));
  const coefs = perTask.scalingCoefs.map((coef) => numberCell(coef, 'coefficient'));
  return fillColumns(
    {
      ...names,
      caption:
        'Test accuracy of the sum in percent; normalized: its ratio to the single-task accuracy. On the grid ' +
        `α = ${grid.scalingCoef.toFixed(2)}; exactly α = ${exact.stretch.scalingCoef.toFixed(4)}, the middle of the ` +
        `stretch from ${exact.stretch.from.toFixed(4)} to ${exact.stretch.to.toFixed(4)} on which validation is best; ` +
        'per task: the α that minimize the validation cross-entropy' +
        `${perTask.isConverged ? '' : ', where the search has not converged'}.`,
      rowHead: 'Task',
    },
    taskRows(grid.test.tasks.map(({ task }) => task)),
    [
      { head: 'pre-trained', measure: 'absolute', cells: accuracyCells(pretrained.test, 'absolute', 0) },
      { head: 'single-task', measure: 'absolute', cells: accuracyCells(singleTask.test, 'absolute') },
      ...found('grid', grid),
      ...found('exact', exact),
      { head: 'per task, α', group: 'per task', cells: [...coefs, EMPTY] },
      ...found('per task', perTask),
    ],
  );
}

/** Test accuracy after negating every task, for the best α of the grid and the best of all. */
export function negationSearchTable(
  { controlThreshold, pretrainedControl, tasks }: NegationSearch,
  names: RunTableNames,
): TableDocument {
  const withMean = (values: readonly number[], unit: 'percent' | 'coefficient', count: 0 | 1 = 1) =>
    [...values, mean(values)].map((value) => numberCell(value, unit, count));
  const found = (
    group: string,
    coefs: readonly number[],
    accuracies: readonly NegatedAccuracies[],
  ): FilledColumn[] => [
    { head: `${group}, α`, group, cells: withMean(coefs, 'coefficient') },
    ...(['target', 'control'] as const).map((measure) => ({
      head: `${group}, ${measure}`,
      group,
      measure,
      cells: withMean(
        accuracies.map((accuracy) => accuracy[measure].top1),
        'percent',
      ),
    })),
  ];
  return fillColumns(
    {
      ...names,
      caption:
        `Test accuracy in percent on the negated task and on the control task ${pretrainedControl.test.task}, where ` +
        `the pre-trained model has ${(pretrainedControl.test.top1 * 100).toFixed(1)}. α is the one with the lowest ` +
        `validation accuracy on the task of those that keep ${(controlThreshold * 100).toFixed(0)} % of the ` +
        'control’s: of the grid, and of all.',
      rowHead: 'Task',
    },
    taskRows(tasks.map(({ task }) => task)),
    [
      {
        head: 'pre-trained',
        measure: 'target',
        cells: withMean(
          tasks.map(({ pretrained }) => pretrained.test.top1),
          'percent',
          0,
        ),
      },
      ...found(
        'grid',
        tasks.map(({ grid }) => grid.scalingCoef),
        tasks.map(({ grid }) => grid.test),
      ),
      ...found(
        'exact',
        tasks.map(({ exact }) => exact.stretch.scalingCoef),
        tasks.map(({ exact }) => exact.test),
      ),
    ],
  );
}
