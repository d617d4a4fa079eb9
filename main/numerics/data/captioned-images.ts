import { type DatasetSplit } from './dataset-split';
import { type ImageRequest } from './image-batch';

/** Images of one batch with their captions. */
export interface CaptionedImages {
  /** B × S × S × 3, normalized; overwritten when the next batch is asked for. */
  readonly pixels: Float32Array;
  /** B texts. */
  readonly captions: readonly string[];
  /** S, side of an image in pixels. */
  readonly imageSize: number;
}

/** Images with captions that batches are taken from. */
export interface CaptionSource {
  /** N, the number of images. */
  readonly count: number;
  /** Returns batches in the order of the requests. */
  readonly batches: (requests: Iterable<ImageRequest>) => AsyncGenerator<CaptionedImages, void, void>;
}

/**
 * Takes the classes of a split for captions.
 *
 * @param split whose class names are captions
 */
export function captionedSplit(split: DatasetSplit): CaptionSource {
  return {
    count: split.count,
    batches: async function* (requests) {
      for await (const { pixels, labels, imageSize } of split.batches(requests)) {
        yield { pixels, captions: Array.from(labels, (label) => split.classes[label]), imageSize };
      }
    },
  };
}
