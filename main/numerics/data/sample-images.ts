import { RandomStream } from '#numerics/engine/random';

/** A draw of images. */
export interface ImageSample {
  /** How many are wanted; all if there are no more than that. */
  readonly count: number;
  readonly seed: number;
}

/**
 * Draws items without replacement and keeps their order.
 *
 * @param items of a split
 * @param sample how many, and the seed
 */
export function sampleImages<T>(items: readonly T[], sample: ImageSample): readonly T[] {
  const { count, seed } = sample;
  if (count >= items.length) return items;
  const chosen = new RandomStream(seed, 'sample-images').permutation(items.length).slice(0, count).sort();
  return Array.from(chosen, (index) => items[index]);
}
