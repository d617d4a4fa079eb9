import { type SplitName } from '#contract/specs/common';
import type { DatasetReport } from '#contract/results';

const MAXIMUM_EXAMPLES = 3;

/** An image as the leak check knows it. */
export interface HashedImage {
  readonly name: string;
  /** Digest of size and decoded pixels. */
  readonly pixelHash: string;
}

/** See {@link findLeaks}. */
export type SplitLeak = DatasetReport['leaks'][number];

/**
 * Finds images that occur in two splits, which makes an accuracy on the later one too good. Images are
 * compared by their decoded pixels: the same picture stored in two files or formats is found, one that was
 * compressed anew or resized is not.
 *
 * @param splits the images of the splits of a dataset
 * @returns one entry for each pair of splits that share images; empty if none do
 */
export function findLeaks(splits: Readonly<Record<SplitName, readonly HashedImage[]>>): SplitLeak[] {
  const pairs: [SplitName, SplitName][] = [
    ['train', 'val'],
    ['train', 'test'],
    ['val', 'test'],
  ];
  return pairs.flatMap(([first, second]) => {
    const names = new Map(splits[first].map((image) => [image.pixelHash, image.name]));
    const shared = splits[second].flatMap((image): [string, string][] => {
      const name = names.get(image.pixelHash);
      return name === undefined ? [] : [[name, image.name]];
    });
    if (shared.length === 0) return [];
    const examples = shared.slice(0, MAXIMUM_EXAMPLES);
    return [{ splits: [first, second], count: shared.length, examples }];
  });
}
