import type { TableDocument } from '#contract/table-document';

/**
 * Whether a column has texts and no numbers, so that it begins at the left.
 *
 * @param c place of the column
 */
export function isTextColumn({ rows }: TableDocument, c: number): boolean {
  const kinds = rows.map(({ cells }) => cells[c].kind);
  return kinds.includes('text') && kinds.every((kind) => kind === 'text' || kind === 'empty');
}
