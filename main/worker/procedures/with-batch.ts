import type { ImageBatch } from '#numerics/data/image-batch';
import { createTensor, type Tensor } from '#numerics/engine/tensor';

/**
 * Computes with the images of a batch on the engine, and frees them afterwards.
 *
 * @param batch the images
 * @param compute takes pixels B × S × S × 3
 * @returns what it computes
 */
export function withBatch<T>({ pixels, labels, imageSize }: ImageBatch, compute: (pixels: Tensor) => T): T {
  const tensor = createTensor(pixels, [labels.length, imageSize, imageSize, 3]);
  try {
    return compute(tensor);
  } finally {
    tensor.dispose();
  }
}
