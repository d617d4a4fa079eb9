import type { StudyStepRecord } from '#contract/records';
import { groupBy, groupSteps, type StepGroup } from './group-steps';

/** A group and where its card is, in CSS pixels. */
export interface GroupCard extends StepGroup {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Whether each of its steps is shown; else only how many are in which state. */
  readonly isOpen: boolean;
  /** Whether it has so many steps that they need not be shown. */
  readonly canFold: boolean;
}

/** A step and where its cell is. */
export interface StepCell {
  readonly step: StudyStepRecord;
  readonly x: number;
  readonly y: number;
}

/** Where everything of a study's picture is. */
export interface StudyLayout {
  readonly cards: readonly GroupCard[];
  readonly cells: readonly StepCell[];
  /** Lines from what is needed to what needs it, by the keys of groups. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly path: string }[];
  readonly width: number;
  readonly height: number;
}

/** Width and height of a cell, large enough for a finger. */
export const cellSize = 24;
const perRow = 6;
const pitch = cellSize + 2;
const inset = 8;
const headHeight = 40;
const barHeight = 34;
const cardWidth = perRow * pitch + 2 * inset;
const columnGap = 36;
const rowGap = 12;
/** Groups of more steps than this are folded until somebody opens them. */
const foldedAbove = 36;

/**
 * Lays out the graph of a study: one column for each depth, in it one card for each group of steps, on it one
 * cell for each step. Edges that follow from others are left out.
 *
 * @param steps in an order in which each depends only on those before it
 * @param opened keys of large groups that are to be shown as a whole
 */
export function layoutSteps(
  steps: readonly StudyStepRecord[],
  opened: ReadonlySet<string> = new Set(),
): StudyLayout {
  const groups = groupSteps(steps);
  const columns = [...groupBy(groups, ({ depth }) => depth).values()].map((column) =>
    column.map((group) => {
      const canFold = group.steps.length > foldedAbove;
      const isOpen = !canFold || opened.has(group.key);
      const content = isOpen ? Math.ceil(group.steps.length / perRow) * pitch + inset : 0;
      return { ...group, canFold, isOpen, height: headHeight + content + (canFold ? barHeight : 0) };
    }),
  );
  const heights = columns.map((column) => column.reduce((sum, { height }) => sum + height + rowGap, -rowGap));
  const height = Math.max(0, ...heights);
  const cards = columns.flatMap((column, c) => {
    let y = (height - heights[c]) / 2;
    return column.map((group): GroupCard => {
      const card = { ...group, x: c * (cardWidth + columnGap), y, width: cardWidth };
      y += group.height + rowGap;
      return card;
    });
  });
  return {
    cards,
    cells: cards.flatMap(cellsOf),
    edges: edgesOf(cards),
    width: Math.max(0, columns.length * (cardWidth + columnGap) - columnGap),
    height,
  };
}

function cellsOf({ steps, isOpen, canFold, x, y }: GroupCard): StepCell[] {
  if (!isOpen) return [];
  const top = y + headHeight + (canFold ? barHeight : 0);
  return steps.map((step, place) => ({
    step,
    x: x + inset + (place % perRow) * pitch,
    y: top + Math.floor(place / perRow) * pitch,
  }));
}

function edgesOf(cards: readonly GroupCard[]): StudyLayout['edges'] {
  const cardOf = new Map(cards.flatMap((card) => card.steps.map(({ id }) => [id, card] as const)));
  const needed = new Map(
    cards.map((card) => {
      const before = card.steps.flatMap(({ dependsOn }) => dependsOn.flatMap((id) => cardOf.get(id) ?? []));
      return [card.key, new Set(before)] as const;
    }),
  );
  // Columns are in the order of depth, so what is before a card is complete when the card comes.
  const all = new Map<string, ReadonlySet<GroupCard>>();
  return cards.flatMap((card) => {
    const direct = [...needed.get(card.key)!];
    const indirect = new Set(direct.flatMap(({ key }) => [...all.get(key)!]));
    all.set(card.key, new Set([...direct, ...indirect]));
    return direct
      .filter((from) => !indirect.has(from))
      .map((from) => ({ from: from.key, to: card.key, path: curve(from, card) }));
  });
}

/** A line that leaves one card at its right and comes to the other at its left. */
function curve(from: GroupCard, to: GroupCard): string {
  const [x1, y1, x2, y2] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2];
  const bend = columnGap / 2;
  return `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
}

/** Which way an arrow key leads. */
const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/**
 * Finds the step that an arrow key leads to: the nearest one that way, and rather straight ahead than near.
 *
 * @param cells what is shown
 * @param from id of the step where one is
 * @param key name of the key
 * @returns null if there is none, or the key is no arrow
 */
export function stepTowards(cells: readonly StepCell[], from: string, key: string): string | null {
  const here = cells.find(({ step }) => step.id === from);
  if (here === undefined || !Object.hasOwn(directions, key)) return null;
  const [dx, dy] = directions[key];
  let [found, least] = [null as string | null, Infinity];
  for (const { step, x, y } of cells) {
    const ahead = (x - here.x) * dx + (y - here.y) * dy;
    const aside = Math.abs((x - here.x) * dy) + Math.abs((y - here.y) * dx);
    if (ahead > 0 && ahead + 3 * aside < least) [found, least] = [step.id, ahead + 3 * aside];
  }
  return found;
}
