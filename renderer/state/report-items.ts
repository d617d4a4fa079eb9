import type { FigureSource, ReportDocument, ReportItem, TableSource } from '#contract/report';

/** A figure or a table. */
export type MadeItem = Exclude<ReportItem, { kind: 'text' }>;
type Items = ReportDocument['items'];

const figureNames: Readonly<Record<Exclude<FigureSource['kind'], 'metric'>, string>> = {
  disentanglement: 'Disentanglement error',
  'local-energy': 'Local energy',
  'local-energy-ranks': 'Local energy by eigenfunctions kept',
  spectrum: 'Singular values',
  eigenfunctions: 'Eigenfunctions',
  sweep: 'Accuracy against α',
  training: 'Training curves',
  advantage: 'Non-linear advantage',
  alpha: 'Accuracy against α',
  accuracies: 'Accuracies by task',
  images: 'Images',
};
const tableNames: Readonly<Record<TableSource['kind'], string>> = {
  benchmark: 'Table of the study',
  run: 'Results of a run',
  comparison: 'Comparison of runs',
};

/** What a piece is called until the host has said its title. */
export function usualName(item: ReportItem): string {
  switch (item.kind) {
    case 'figure':
      return item.source.kind === 'metric'
        ? `Curves of ${item.source.metric}`
        : figureNames[item.source.kind];
    case 'table':
      return tableNames[item.source.kind];
    case 'text':
      return item.heading.trim() || item.text.trim().split('\n')[0].slice(0, 60) || 'Text';
  }
}

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
