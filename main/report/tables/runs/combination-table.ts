import type { Accuracy, CombinationResult } from '#contract/results';
import type { TableCell, TableDocument } from '#contract/table-document';
import { methodName } from '#report/seed-accuracies';
import { mean } from '#report/spread';
import { numberCell } from '#report/table-cells';
import { fillColumns, taskRows } from '../fill-columns';
import type { RunTableNames } from './run-table-names';

/** Test accuracy of θ0 + α Σ c_t τ_t on every task that was measured, beside the pre-trained model's. */
export function combinationTable(
  { mode: method, terms, chosenScalingCoef, sweep, pretrained, test }: CombinationResult,
  names: RunTableNames,
): TableDocument {
  const sum = terms.map(({ label, scalingCoef }) => `${scalingCoef.toFixed(2)} · ${label}`).join(' + ');
  const rule = sweep.length === 0 ? '' : ', chosen on validation data';
  return fillColumns(
    {
      ...names,
      caption:
        `Test accuracy in percent of ${methodName(method)}, edited by α (${sum}) with ` +
        `α = ${chosenScalingCoef.toFixed(2)}${rule}.`,
      rowHead: 'Task',
    },
    taskRows(test.map(({ task }) => task)),
    [
      {
        head: 'pre-trained',
        measure: 'absolute',
        subject: { quantity: 'zeroShot', method: 'pretrained' },
        cells: cellsOf(pretrained, 0),
      },
      { head: 'edited', measure: 'absolute', subject: { method }, cells: cellsOf(test, 1) },
    ],
  );
}

function cellsOf(accuracies: readonly Accuracy[], count: 0 | 1): TableCell[] {
  const fractions = accuracies.map(({ top1 }) => top1);
  return [...fractions, mean(fractions)].map((fraction) => numberCell(fraction, 'percent', count));
}
