import type { CaptionedImages, CaptionSource } from '#numerics/data/captioned-images';
import type { ImageRequest } from '#numerics/data/image-batch';
import { RandomStream } from '#numerics/engine/random';
import { concatenateArrays } from '#numerics/engine/tensor';

/** A source of images with captions, and how it is used. */
export interface WeightedSource {
  readonly source: CaptionSource;
  /** How often it is drawn, relative to the others. */
  readonly weight: number;
  /** Whether images are cut or moved at random. */
  readonly isVaried: boolean;
}

/** Images and captions of one step. */
export interface CaptionBatch {
  /** B × S × S × 3, normalized. */
  readonly pixels: Float32Array;
  /** S */
  readonly imageSize: number;
  /** The distinct captions, U of them. */
  readonly captions: readonly string[];
  /** For each of the B images, which caption is its own. */
  readonly labels: Int32Array;
}

/** Which batches are wanted. */
export interface CaptionOrder {
  readonly seed: number;
  readonly batchSize: number;
  readonly sourcesPerBatch: number;
  /** First step. */
  readonly from: number;
  /** The step before which training ends. */
  readonly steps: number;
  /** What the text tower sees of a caption: those of one key are one caption. */
  readonly keyOf: (caption: string) => string;
}

/**
 * Yields the batch of each step: equal shares of a few different sources, drawn by weight, and of each
 * source images drawn uniformly. A step's draws depend on seed and step alone.
 *
 * @param sources at least `sourcesPerBatch`
 * @param order see {@link CaptionOrder}
 * @yields {CaptionBatch} one for each step
 */
export async function* captionBatches(
  sources: readonly WeightedSource[],
  order: CaptionOrder,
): AsyncGenerator<CaptionBatch, void, void> {
  const { from, steps, seed, batchSize, sourcesPerBatch, keyOf } = order;
  const share = batchSize / sourcesPerBatch;
  const weights = sources.map(({ weight }) => weight);
  const chosenAt = (step: number): number[] =>
    drawSources(weights, sourcesPerBatch, new RandomStream(seed, 'caption-sources', step));
  const requestsOf = function* (index: number): Generator<ImageRequest, void, void> {
    const { source, isVaried } = sources[index];
    for (let step = from; step < steps; step++) {
      const place = chosenAt(step).indexOf(index);
      if (place < 0) continue;
      const part = step * sourcesPerBatch + place;
      const stream = new RandomStream(seed, 'caption-images', part);
      const indices = Uint32Array.from({ length: share }, () => stream.integer(source.count));
      yield { indices, crop: isVaried ? { seed, position: part * share } : null };
    }
  };
  const batches = sources.map(({ source }, index) => source.batches(requestsOf(index)));
  for (let step = from; step < steps; step++) {
    const parts: CaptionedImages[] = [];
    for (const index of chosenAt(step)) parts.push((await batches[index].next()).value as CaptionedImages);
    yield joinParts(parts, keyOf);
  }
}

/**
 * Draws different positions one after the other, each with a chance in proportion to its weight.
 *
 * @param weights positive
 * @param count how many; not more than there are weights
 * @param stream source of the draws
 */
export function drawSources(weights: readonly number[], count: number, stream: RandomStream): number[] {
  const left = [...weights];
  return Array.from({ length: count }, () => {
    const total = left.reduce((sum, weight) => sum + weight, 0);
    let at = stream.uniform(0, total);
    let index = left.findIndex((weight) => (at -= weight) < 0);
    // Rounding can leave a rest behind the last weight.
    if (index < 0) index = left.findLastIndex((weight) => weight > 0);
    left[index] = 0;
    return index;
  });
}

function joinParts(parts: readonly CaptionedImages[], keyOf: CaptionOrder['keyOf']): CaptionBatch {
  const places = new Map<string, number>();
  const captions: string[] = [];
  const labels = parts.flatMap((part) =>
    part.captions.map((caption) => {
      const key = keyOf(caption);
      if (!places.has(key)) places.set(key, captions.push(caption) - 1);
      return places.get(key)!;
    }),
  );
  return {
    pixels: concatenateArrays(parts.map(({ pixels }) => pixels)),
    imageSize: parts[0].imageSize,
    captions,
    labels: Int32Array.from(labels),
  };
}
