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
  if (sample.count >= items.length) return items;
  return sampleIndices(items.length, sample).map((index) => items[index]);
}

/**
 * Tells which images {@link sampleImages} draws.
 *
 * @param total images of the split
 * @param sample how many, and the seed
 * @returns their places in the split, ascending
 */
export function sampleIndices(total: number, sample: ImageSample): number[] {
  const { count, seed } = sample;
  if (count >= total) return Array.from({ length: total }, (_, index) => index);
  return Array.from(new RandomStream(seed, 'sample-images').permutation(total).slice(0, count).sort());
}
