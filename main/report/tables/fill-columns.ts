import type { Subject, TableCell, TableColumn, TableDocument } from '#contract/table-document';

/** A column with its cells, one for each row. */
export interface FilledColumn extends Partial<TableColumn> {
  readonly head: string;
  readonly cells: readonly TableCell[];
}

/**
 * Puts a table together of its columns. A column whose cells are all empty is left out.
 *
 * @param about what the table says of itself
 * @param rows heads of the rows, with what they are about
 * @param columns as many cells in each as there are rows
 */
export function fillColumns(
  about: Pick<TableDocument, 'id' | 'title' | 'caption' | 'rowHead'> & { readonly subject?: Subject },
  rows: readonly { readonly head: string; readonly subject?: Subject }[],
  columns: readonly FilledColumn[],
): TableDocument {
  const shown = columns.filter(({ cells }) => cells.some(({ kind }) => kind !== 'empty'));
  return {
    subject: {},
    ...about,
    columns: shown.map(({ cells: _, ...column }) => ({ measure: null, group: '', subject: {}, ...column })),
    rows: rows.map((row, r) => ({ subject: {}, ...row, cells: shown.map(({ cells }) => cells[r]) })),
    footnotes: [],
  };
}

/** Rows for tasks, and one for their average. */
export function taskRows(tasks: readonly string[]): { readonly head: string; readonly subject: Subject }[] {
  return [
    ...tasks.map((task) => ({ head: task, subject: { task } })),
    { head: 'Average', subject: { task: null } },
  ];
}
