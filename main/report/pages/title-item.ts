import type { NumberedItem } from './number-items';

/** Number and title of a piece, such as `Figure 1. Training loss`. */
export function titleItem(item: Exclude<NumberedItem, { kind: 'text' }>): string {
  switch (item.kind) {
    case 'figure':
      return `${item.label}. ${item.figure.title}`;
    case 'table':
      return `${item.label}. ${item.table.title}`;
    case 'gap':
      return `Not shown: ${item.title}`;
  }
}
