import type { NumberedItem } from './number-items';

/** A figure of a report. */
export type FigureItem = Extract<NumberedItem, { kind: 'figure' }>;
/** Figures that stand side by side, or one piece of another kind. */
export type ItemRow =
  | { readonly kind: 'figures'; readonly figures: readonly FigureItem[] }
  | Exclude<NumberedItem, { kind: 'figure' }>;

/** Puts figures that are one column wide and follow each other in pairs: two columns are never wider than a page. */
export function pairFigures(items: readonly NumberedItem[]): ItemRow[] {
  const rows: ItemRow[] = [];
  for (const item of items) {
    if (item.kind !== 'figure') {
      rows.push(item);
      continue;
    }
    const last = rows.at(-1);
    const isPair =
      last?.kind === 'figures' &&
      last.figures.length === 1 &&
      [...last.figures, item].every(({ width }) => width === 'single');
    if (isPair) rows[rows.length - 1] = { kind: 'figures', figures: [...last.figures, item] };
    else rows.push({ kind: 'figures', figures: [item] });
  }
  return rows;
}
