import { splitNameSchema, type SplitName } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';

type Known = NonNullable<RunSpecOf<'import-dataset'>['params']['known']>;

/**
 * Says where a dataset is not the published one that it is taken for.
 *
 * @param known what the published dataset holds
 * @param classCount C of the source
 * @param counts images of the official splits that can be used, before validation images are drawn
 * @returns one sentence for each difference; empty if there is none
 */
export function describeDifferences(
  known: Known,
  classCount: number,
  counts: Readonly<Record<SplitName, number>>,
): string[] {
  const differences: string[] = [];
  if (classCount !== known.classCount) {
    differences.push(`${known.name} has ${known.classCount} classes; here are ${classCount}`);
  }
  for (const split of splitNameSchema.options) {
    const expected = known.counts[split] ?? 0;
    if (counts[split] === expected) continue;
    const gap = counts[split] - expected;
    differences.push(
      `${split} of ${known.name} has ${expected} images; here are ${counts[split]} (${Math.abs(gap)} ${gap < 0 ? 'too few' : 'too many'})`,
    );
  }
  return differences;
}
