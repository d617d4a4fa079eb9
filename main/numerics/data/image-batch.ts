import { type CropKey } from './crop-box';

/** Which images are asked for, and how they are cut. */
export interface ImageRequest {
  /** Indices of images, 0-based, in the order wanted. */
  readonly indices: ArrayLike<number>;
  /** The random crop of the first image, those of the others follow; null for the center of each. */
  readonly crop: CropKey | null;
}

/** Images and labels of one batch. */
export interface ImageBatch {
  /** B × S × S × 3, normalized; overwritten when the next batch is asked for. */
  readonly pixels: Float32Array;
  /** B class indices, 0-based. */
  readonly labels: Int32Array;
  /** S, side of an image in pixels. */
  readonly imageSize: number;
}
