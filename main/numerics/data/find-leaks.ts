import { type SplitName } from '#contract/specs/common';
import { type DatasetManifest } from './dataset-manifest';

const MAXIMUM_EXAMPLES = 3;

/** Images of one split that occur byte for byte in another. */
export interface SplitLeak {
  readonly splits: readonly [SplitName, SplitName];
  /** Images of the second split whose encoded bytes are also in the first. */
  readonly count: number;
  /** The first few, as pairs of names in the order of `splits`. */
  readonly examples: readonly (readonly [string, string])[];
}

/**
 * Finds images that occur in two splits, which makes an accuracy on the later one too good. Only
 * identical files are found; the same picture encoded twice is not.
 *
 * @param splits the splits of a dataset
 * @returns one entry for each pair of splits that share images; empty if none do
 */
export function findLeaks(splits: DatasetManifest['splits']): SplitLeak[] {
  const pairs: [SplitName, SplitName][] = [
    ['train', 'val'],
    ['train', 'test'],
    ['val', 'test'],
  ];
  return pairs.flatMap(([first, second]) => {
    const names = new Map(splits[first].samples.map((sample) => [sample.sha256, sample.name]));
    const shared = splits[second].samples.flatMap((sample): [string, string][] => {
      const name = names.get(sample.sha256);
      return name === undefined ? [] : [[name, sample.name]];
    });
    if (shared.length === 0) return [];
    const examples = shared.slice(0, MAXIMUM_EXAMPLES);
    return [{ splits: [first, second] as const, count: shared.length, examples }];
  });
}
