import type { EvaluationResult } from '#contract/results';
import type { TableDocument } from '#contract/table-document';
import { methodName } from '#report/seed-accuracies';
import { numberCell } from '#report/table-cells';
import { fillColumns } from '../fill-columns';
import type { RunTableNames } from './run-table-names';

/** Accuracy of one model on one split of one task. */
export function evaluationTable(
  { mode, split, scalingCoefs, accuracy }: EvaluationResult,
  names: RunTableNames,
): TableDocument {
  const { task, correct, count, top1 } = accuracy;
  const model =
    scalingCoefs.length === 0
      ? 'the pre-trained model'
      : `${methodName(mode)} with α = ${scalingCoefs.map((coef) => coef.toFixed(2)).join(', ')}`;
  return fillColumns(
    { ...names, caption: `Accuracy of ${model} on the ${split} split in percent.`, rowHead: 'Task' },
    [{ head: task, subject: { task } }],
    [
      { head: 'accuracy', measure: 'absolute', cells: [numberCell(top1, 'percent')] },
      { head: 'correct', cells: [numberCell(correct, 'count', 0)] },
      { head: 'images', cells: [numberCell(count, 'count', 0)] },
    ],
  );
}
