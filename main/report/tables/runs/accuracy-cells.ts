import type { TaskAccuracies } from '#contract/results';
import type { TableCell } from '#contract/table-document';
import { numberCell } from '#report/table-cells';

/** A cell for every task, and one for the average. */
export function accuracyCells(
  { tasks, averageTop1, averageNormalizedTop1 }: TaskAccuracies,
  measure: 'absolute' | 'normalized',
  count: 0 | 1 = 1,
): TableCell[] {
  const fractions =
    measure === 'absolute'
      ? [...tasks.map(({ top1 }) => top1), averageTop1]
      : [...tasks.map(({ normalizedTop1 }) => normalizedTop1), averageNormalizedTop1];
  return fractions.map((fraction) => numberCell(fraction, 'percent', count));
}
