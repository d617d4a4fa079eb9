import type { StudyStepRecord } from '#contract/records';

/** Steps of one depth that do the same thing, for example the fine-tunings of one mode and seed. */
export interface StepGroup {
  readonly key: string;
  /** What they do. */
  readonly title: string;
  /** What they have in common, such as `linear, seed 0`; may be empty. */
  readonly variant: string;
  /** How many steps follow on each other before them, at most. */
  readonly depth: number;
  readonly steps: readonly StudyStepRecord[];
}

/** More groups of one depth than this are made coarser. */
const mostGroups = 10;

/**
 * Puts the steps of a study into groups: of one depth in the graph, one kind, and one variant, which is told less
 * exactly where there would be too many groups, and not at all where every group would have one step.
 *
 * @param steps in an order in which each depends only on those before it
 */
export function groupSteps(steps: readonly StudyStepRecord[]): StepGroup[] {
  const depths = depthsOf(steps);
  const columns = groupBy(steps, ({ id }) => depths.get(id)!);
  return [...columns]
    .sort(([a], [b]) => a - b)
    .flatMap(([depth, column]) =>
      splitColumn(column).map((members) => {
        const { kind, variant = [] } = members[0];
        const common = variant.slice(0, sharedLength(members.map((step) => step.variant ?? [])));
        return {
          key: [depth, kind, ...common].join('/'),
          title: members.length === 1 ? members[0].title : commonTitle(members),
          variant: members.length === 1 ? '' : common.join(', '),
          depth,
          steps: members,
        };
      }),
    );
}

/** Collects items by a key, in the order in which keys come first. */
export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function depthsOf(steps: readonly StudyStepRecord[]): Map<string, number> {
  const depths = new Map<string, number>();
  for (const { id, dependsOn } of steps) {
    const before = dependsOn.flatMap((other) => depths.get(other) ?? []);
    depths.set(id, before.length === 0 ? 0 : Math.max(...before) + 1);
  }
  return depths;
}

/** Tells as much of the variants as leaves few enough groups. */
function splitColumn(column: readonly StudyStepRecord[]): StudyStepRecord[][] {
  const longest = Math.max(...column.map(({ variant = [] }) => variant.length));
  for (let length = longest; ; length--) {
    const groups = splitBy(column, length);
    if (groups.length <= mostGroups || length === 0) return groups;
  }
}

function splitBy(column: readonly StudyStepRecord[], length: number): StudyStepRecord[][] {
  return [...groupBy(column, ({ kind }) => kind).values()].flatMap((ofKind) => {
    const groups = [...groupBy(ofKind, ({ variant = [] }) => variant.slice(0, length).join('/')).values()];
    return groups.every((group) => group.length === 1) ? [ofKind] : groups;
  });
}

/** How many first items all lists share. */
function sharedLength(lists: readonly (readonly string[])[]): number {
  const [first] = lists;
  const end = first.findIndex((item, place) => lists.some((list) => list[place] !== item));
  return end < 0 ? first.length : end;
}

/** The words that all titles begin with; the kind if they begin differently. */
function commonTitle(steps: readonly StudyStepRecord[]): string {
  const words = steps.map(({ title }) => title.split(' (').at(0)!.split(' '));
  const shared = words[0].slice(0, sharedLength(words));
  while (['on', 'of', 'from', 'for', 'the', 'a', 'with'].includes(shared.at(-1) ?? '')) shared.pop();
  return shared.length === 0 ? steps[0].kind : shared.join(' ');
}
