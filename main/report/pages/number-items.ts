import type { ContentItem } from '../report-content';

/** A piece of a report with its number. */
export type NumberedItem = ContentItem & {
  /** Among those of its kind, from 1. */
  readonly number: number;
  /** `Figure 1`, `Table 2`; empty for a text or a gap. */
  readonly label: string;
  /** Its place in a page, such as `figure-1`. */
  readonly anchor: string;
};

/** Numbers figures and tables, each kind from 1, in their order. */
export function numberItems(items: readonly ContentItem[]): NumberedItem[] {
  const counts = { figure: 0, table: 0, text: 0, gap: 0 };
  return items.map((item) => {
    counts[item.kind] += 1;
    const number = counts[item.kind];
    const anchor = `${item.kind}-${number}`;
    const label =
      item.kind === 'figure' ? `Figure ${number}` : item.kind === 'table' ? `Table ${number}` : '';
    return { ...item, number, label, anchor };
  });
}
