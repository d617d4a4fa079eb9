import type { DatasetSplit } from '#numerics/data/dataset-split';
import { createTensor, type Tensor } from '#numerics/engine/tensor';

/**
 * Computes with some images of a split on the engine, and frees them afterwards.
 *
 * @param indices which images
 * @param compute takes pixels B × S × S × 3 and the B labels
 * @returns what it computes
 */
export function withBatch<T>(
  images: DatasetSplit,
  indices: ArrayLike<number>,
  compute: (pixels: Tensor, labels: Int32Array) => T,
): T {
  const { pixels, labels } = images.batchOf(indices);
  const batch = createTensor(pixels, [labels.length, images.imageSize, images.imageSize, 3]);
  try {
    return compute(batch, labels);
  } finally {
    batch.dispose();
  }
}
