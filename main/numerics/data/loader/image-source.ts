import { type DatasetSample } from '../dataset-manifest';
import { type PackFile } from './decode-job';
import { type DecodePool } from './decode-pool';

/** The images of a split and how they become batches. */
export interface ImageSource {
  readonly pool: DecodePool;
  readonly pack: PackFile;
  readonly samples: readonly DatasetSample[];
  /** S, side of the squares in pixels. */
  readonly imageSize: number;
  /** N class indices, 0-based. */
  readonly labels: Int32Array;
  /** Turns 8-bit pixels into input values. */
  readonly normalize: (from: Uint8Array, to: Float32Array) => void;
}
