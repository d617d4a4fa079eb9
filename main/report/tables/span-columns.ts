import type { TableColumn } from '#contract/table-document';

/** Neighboring columns of one group. */
export interface ColumnSpan {
  /** Head over all of them; empty for a column that stands alone. */
  readonly name: string;
  /** Places of the first and the last. */
  readonly first: number;
  readonly last: number;
  /** Heads of its columns, without the name that stands above them. */
  readonly heads: readonly string[];
}

/** Puts neighboring columns of one group together, for a head over several of them. */
export function spanColumns(columns: readonly TableColumn[]): ColumnSpan[] {
  const spans: { name: string; first: number; last: number }[] = [];
  columns.forEach(({ group }, c) => {
    const previous = spans.at(-1);
    if (previous?.name === group && group !== '') previous.last = c;
    else spans.push({ name: group, first: c, last: c });
  });
  return spans.map(({ name, first, last }) => {
    const heads = columns.slice(first, last + 1).map(({ head }) => head);
    if (first === last) return { name: '', first, last, heads };
    return { name, first, last, heads: heads.map((head) => withoutName(head, name)) };
  });
}

/** `Linear FT, absolute` below `Linear FT` is `absolute`. */
function withoutName(head: string, name: string): string {
  const start = [', ', ': '].map((mark) => `${name}${mark}`).find((text) => head.startsWith(text));
  return start === undefined ? head : head.slice(start.length);
}
