import { createHash } from 'node:crypto';
import { AppError } from '#contract/errors';
import { type Preprocessing, type SplitName } from '#contract/specs/common';
import { type DatasetManifest, type DatasetSample } from './dataset-manifest';
import { mapInOrder } from './map-in-order';
import { decodeSquare, makeNormalizer } from './preprocess';

const CONCURRENT_DECODES = 4;
const DEFAULT_MEMORY_LIMIT = 4 * 2 ** 30;

/** Images and labels of one batch, owned by the caller. */
export interface ImageBatch {
  /** B × S × S × 3, normalized. */
  readonly pixels: Float32Array;
  /** B class indices, 0-based. */
  readonly labels: Int32Array;
}

/** One split of a dataset, decoded and held in memory. */
export interface DatasetSplit {
  /** N, the number of images. */
  readonly count: number;
  /** S, side of an image in pixels. */
  readonly imageSize: number;
  readonly classes: readonly string[];
  /** N class indices, 0-based. */
  readonly labels: Int32Array;
  /** Returns the images and labels with the given indices, in the given order. */
  readonly batchOf: (indices: ArrayLike<number>) => ImageBatch;
}

/** What {@link loadSplit} needs to know. */
export interface LoadSplitOptions {
  readonly manifest: DatasetManifest;
  readonly split: SplitName;
  /** S, side of the square images that the model takes, in pixels. */
  readonly imageSize: number;
  readonly preprocessing: Preprocessing;
  /** Reads bytes of the split's pack (`manifest.splits[split].packArtifact`). */
  readonly readPack: (offset: number, length: number) => Promise<Uint8Array>;
  /** Greatest size of the decoded split in bytes; 4 GiB unless told. */
  readonly memoryLimitBytes?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Decodes all images of a split. They are kept as 8-bit pixels (N·S·S·3 bytes) and normalized when
 * a batch is asked for, which gives the same values in a quarter of the memory.
 *
 * @param options see {@link LoadSplitOptions}
 * @returns the split
 * @throws {AppError} `dataset_layout` if the split has no images; `invalid_input` if it would take
 *   more memory than allowed; `artifact_damaged` if the bytes of an image are not those imported
 */
export async function loadSplit(options: LoadSplitOptions): Promise<DatasetSplit> {
  const { manifest, split, imageSize, readPack } = options;
  const { samples } = manifest.splits[split];
  const imageBytes = imageSize * imageSize * 3;
  requireImages(manifest.name, split, samples.length);
  requireMemory(options, samples.length * imageBytes);

  const images = new Uint8Array(samples.length * imageBytes);
  const squares = mapInOrder(samples, CONCURRENT_DECODES, (sample) =>
    readSquare(sample, imageSize, readPack),
  );
  let done = 0;
  for await (const square of squares) {
    images.set(square, done * imageBytes);
    done++;
    options.onProgress?.(done, samples.length);
  }

  const labels = Int32Array.from(samples, (sample) => sample.label);
  const normalize = makeNormalizer(options.preprocessing);
  const batchOf = (indices: ArrayLike<number>): ImageBatch => {
    const order = Int32Array.from(indices);
    const pixels = new Float32Array(order.length * imageBytes);
    order.forEach((index, i) => {
      const image = images.subarray(index * imageBytes, (index + 1) * imageBytes);
      normalize(image, pixels.subarray(i * imageBytes, (i + 1) * imageBytes));
    });
    return { pixels, labels: order.map((index) => labels[index]) };
  };
  return { count: samples.length, imageSize, classes: manifest.classes, labels, batchOf };
}

function requireImages(dataset: string, split: SplitName, count: number): void {
  if (count > 0) return;
  throw new AppError('dataset_layout', `The dataset "${dataset}" has no images in the split "${split}".`, {
    dataset,
    split,
  });
}

function requireMemory(options: LoadSplitOptions, neededBytes: number): void {
  const { manifest, split, imageSize, memoryLimitBytes = DEFAULT_MEMORY_LIMIT } = options;
  if (neededBytes <= memoryLimitBytes) return;
  throw new AppError(
    'invalid_input',
    `The split "${split}" of "${manifest.name}" takes ${neededBytes} bytes decoded at ` +
      `${imageSize} × ${imageSize} pixels; the limit is ${memoryLimitBytes}.`,
    { dataset: manifest.name, split, imageSize, neededBytes, memoryLimitBytes },
  );
}

async function readSquare(
  sample: DatasetSample,
  imageSize: number,
  readPack: LoadSplitOptions['readPack'],
): Promise<Uint8Array> {
  const bytes = await readPack(sample.offset, sample.length);
  if (createHash('sha256').update(bytes).digest('hex') !== sample.sha256) {
    throw new AppError('artifact_damaged', `The stored bytes of ${sample.name} are not those imported.`, {
      file: sample.name,
    });
  }
  return decodeSquare(bytes, imageSize);
}
