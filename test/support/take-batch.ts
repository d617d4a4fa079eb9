import type { DatasetSplit } from '#numerics/data/dataset-split';
import type { ImageBatch } from '#numerics/data/image-batch';

/** Takes one batch of images, cut at the center. */
export async function takeBatch(images: DatasetSplit, indices: ArrayLike<number>): Promise<ImageBatch> {
  return (await images.batches([{ indices, crop: null }]).next()).value as ImageBatch;
}
