import type { ReportDocument, ReportItem } from '#contract/report';

/** A figure or a table. */
export type MadeItem = Exclude<ReportItem, { kind: 'text' }>;
type Items = ReportDocument['items'];

/**
 * Puts a piece at another place.
 *
 * @param place among the others, from 0; beyond the ends is the end
 */
export function moveItem(items: Items, id: string, place: number): Items {
  const item = items.find((known) => known.id === id);
  if (item === undefined) return items;
  return items.filter((other) => other !== item).toSpliced(Math.max(0, place), 0, item);
}

/**
 * Puts pieces behind another, under ids that are not taken yet.
 *
 * @param after id of the piece before them; null for the end
 * @returns all pieces, and the ids of the new ones
 */
export function insertItems(
  items: Items,
  added: readonly ReportItem[],
  after: string | null,
): { readonly items: Items; readonly ids: readonly string[] } {
  const taken = new Set(items.map(({ id }) => id));
  const renamed = added.map((item) => {
    const id = freeId(item.id, taken);
    taken.add(id);
    return { ...item, id };
  });
  const place = items.findIndex(({ id }) => id === after);
  const all = items.toSpliced(place === -1 ? items.length : place + 1, 0, ...renamed);
  return { items: all, ids: renamed.map(({ id }) => id) };
}

/** Whether two pieces show the same. */
export function isSamePiece(one: ReportItem, other: ReportItem): boolean {
  if (one.kind === 'text' || other.kind === 'text') return false;
  return one.kind === other.kind && JSON.stringify(one.source) === JSON.stringify(other.source);
}

function freeId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/-\d+$/, '');
  for (let count = 2; ; count += 1) if (!taken.has(`${stem}-${count}`)) return `${stem}-${count}`;
}
