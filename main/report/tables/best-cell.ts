import {
  cellSubject,
  printNumber,
  type NumberCell,
  type Subject,
  type TableDocument,
} from '#contract/table-document';

/** Methods that compete; what is pre-trained or guessed is what they are compared with. */
const competing: readonly (Subject['method'] | undefined)[] = ['standard', 'posthoc', 'linear'];

/**
 * Whether a number is the best accuracy among methods, or printed as the same number: the lowest of a target, else the
 * highest. Methods compete for the same task under the same rule for α, whether they are rows or columns of the table.
 * All formats print such a cell bold.
 *
 * @param c place of its column
 */
export function isBestCell(table: TableDocument, row: TableDocument['rows'][number], c: number): boolean {
  const { measure } = table.columns[c];
  const cell = row.cells[c];
  if (measure === null || !isRival(table, row, c) || cell.kind !== 'number') return false;
  const contest = contestOf(table, row, c);
  const rivals = table.rows.flatMap((other) =>
    other.cells.flatMap((found, column) =>
      found.kind === 'number' && isRival(table, other, column) && contestOf(table, other, column) === contest
        ? [found.value]
        : [],
    ),
  );
  if (rivals.length < 2) return false;
  const best = measure === 'target' ? Math.min(...rivals) : Math.max(...rivals);
  // What is printed as the same number is as good.
  return print(cell) === print({ ...cell, value: best });
}

function isRival(table: TableDocument, row: TableDocument['rows'][number], c: number): boolean {
  const cell = row.cells[c];
  return (
    cell.kind === 'number' &&
    cell.unit === 'percent' &&
    competing.includes(cellSubject(table, table.columns[c], row).method)
  );
}

/** What numbers must share to be compared. */
function contestOf(table: TableDocument, row: TableDocument['rows'][number], c: number): string {
  const { quantity, scalingRule = null, task = null } = cellSubject(table, table.columns[c], row);
  return JSON.stringify([quantity, scalingRule, task, table.columns[c].measure]);
}

function print(cell: NumberCell): string {
  return printNumber(cell, 'deviation').value;
}
