import type { TableColumn } from '#contract/table-document';

/** Neighboring columns of one group. */
export interface ColumnSpan {
  /** Head over all of them; empty for a column that stands alone. */
  readonly name: string;
  /** Places of the first and the last. */
  readonly first: number;
  readonly last: number;
}

/** Puts neighboring columns of one group together, for a head over several of them. */
export function spanColumns(columns: readonly TableColumn[]): ColumnSpan[] {
  const spans: { name: string; first: number; last: number }[] = [];
  columns.forEach(({ group }, c) => {
    const previous = spans.at(-1);
    if (previous?.name === group) previous.last = c;
    else spans.push({ name: group, first: c, last: c });
  });
  return spans.map((span) => (span.last > span.first ? span : { ...span, name: '' }));
}
