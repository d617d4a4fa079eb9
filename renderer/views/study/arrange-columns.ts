import type { TableCell, TableDocument } from '#contract/table-document';

/** A column of our own, and the places of the columns with published numbers of the same quantity. */
export interface ColumnGroup {
  readonly head: string;
  readonly own: number;
  readonly references: readonly { readonly head: string; readonly place: number }[];
}

/** Puts every column of a table together with those of published numbers that belong beside it. */
export function arrangeColumns({ columns }: TableDocument): ColumnGroup[] {
  const works = ['paper', 're-run'];
  return columns.flatMap(({ head }, own) => {
    if (works.some((work) => head.startsWith(`${work}: `))) return [];
    const references = works.flatMap((work) => {
      const place = columns.findIndex((other) => other.head === `${work}: ${head}`);
      return place < 0 ? [] : [{ head: work, place }];
    });
    return [{ head, own, references }];
  });
}

/** A published number and how far ours is from it, with one decimal and sign; null where we have none. */
export interface ComparedNumber {
  readonly text: string;
  readonly difference: string | null;
  /** Of its source among the table's, from 1. */
  readonly footnote: number;
}

/**
 * Compares a cell with published numbers.
 *
 * @param own our cell
 * @param published the cell beside it
 */
export function compareCells(own: TableCell, published: TableCell): ComparedNumber[] {
  if (published.kind !== 'reference') return [];
  return published.values.map(({ value, confirmed, footnote }) => {
    const gap = own.kind === 'number' && own.unit === 'percent' ? own.value - value : null;
    return {
      text: `${value.toFixed(1)}${confirmed ? '' : '†'}`,
      difference: gap === null ? null : formatSigned(gap),
      footnote,
    };
  });
}

/** One decimal, with a sign that is as wide as the other. */
export function formatSigned(value: number): string {
  const text = Math.abs(value).toFixed(1);
  return text === '0.0' ? '±0.0' : `${value < 0 ? '−' : '+'}${text}`;
}

/** Says of what a number of ours is the mean; null for one that no seed has a part in. */
export function describeSeeds(cell: TableCell): string | null {
  if (cell.kind !== 'number' || cell.count === 0) return null;
  const digits = cell.unit === 'coefficient' ? 3 : 2;
  const values = cell.values.map((value) => value.toFixed(digits)).join(', ');
  return cell.count === 1 ? `one seed: ${values}` : `${cell.count} seeds: ${values}`;
}
