import { AppError } from '#contract/errors';
import { type Preprocessing, type SplitName } from '#contract/specs/common';
import { type DatasetManifest } from './dataset-manifest';
import { type ImageBatch, type ImageRequest } from './image-batch';
import { type PackFile } from './loader/decode-job';
import { type DecodePool } from './loader/decode-pool';
import { decodeBatches } from './loader/decode-batches';
import { holdImages } from './loader/held-images';
import { makeNormalizer } from './preprocess';
import { sampleImages, type ImageSample } from './sample-images';

/** One split of a dataset. */
export interface DatasetSplit {
  /** N, the number of images. */
  readonly count: number;
  readonly classes: readonly string[];
  /** N class indices, 0-based. */
  readonly labels: Int32Array;
  /** Whether all images are decoded already, so that every pass after the first costs nothing. */
  readonly isHeld: boolean;
  /**
   * Returns batches in the order of the requests. While the caller uses one, the next are prepared;
   * ending the iteration early ends that too.
   *
   * @throws {AppError} `artifact_damaged` if the bytes of an image are not those imported
   */
  readonly batches: (requests: Iterable<ImageRequest>) => AsyncGenerator<ImageBatch, void, void>;
}

/** What {@link loadSplit} needs to know. */
export interface LoadSplitOptions {
  readonly manifest: DatasetManifest;
  readonly split: SplitName;
  /** Which of its images; all unless told. */
  readonly sample?: ImageSample | null;
  /** S, side of the square images that the model takes, in pixels. */
  readonly imageSize: number;
  readonly preprocessing: Preprocessing;
  /** Says where the file of an artifact is. */
  readonly pathOf: (artifactId: string) => string;
  readonly pool: DecodePool;
  /** Greatest size in bytes that decoded images may take when they are held; 0 to hold none. */
  readonly holdBytes: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Opens a split. If its images, cut at the center, are small enough they are decoded now and held as
 * 8-bit pixels (N·S·S·3 bytes); if not, each batch is decoded when it is asked for. Either way gives
 * the same values. Random crops are never held.
 *
 * @param options see {@link LoadSplitOptions}
 * @returns the split
 * @throws {AppError} `dataset_layout` if the split has no images; `artifact_damaged` if the bytes of
 *   an image are not those imported, as far as they are read now
 */
export async function loadSplit(options: LoadSplitOptions): Promise<DatasetSplit> {
  const { manifest, split, sample = null, imageSize, holdBytes } = options;
  const { samples: all, packArtifact } = manifest.splits[split];
  if (packArtifact === null) throw withoutImages(manifest.name, split);
  const samples = sample === null ? all : sampleImages(all, sample);
  const pack: PackFile = {
    path: options.pathOf(packArtifact),
    artifactId: packArtifact,
    label: `${manifest.name} ${split}`,
  };
  const source = {
    pool: options.pool,
    pack,
    samples,
    imageSize,
    labels: Int32Array.from(samples, ({ label }) => label),
    normalize: makeNormalizer(options.preprocessing),
  };
  const isHeld = samples.length * imageSize * imageSize * 3 <= holdBytes;
  const held = isHeld ? await holdImages(source, options.onProgress) : null;
  return {
    count: samples.length,
    classes: manifest.classes,
    labels: source.labels,
    isHeld,
    batches: (requests) => decodeBatches(source, held, requests),
  };
}

/** Makes the error of a split that is empty. */
export function withoutImages(dataset: string, split: SplitName): AppError {
  const message = `The dataset "${dataset}" has no images in the split "${split}".`;
  return new AppError('dataset_layout', message, { dataset, split });
}
