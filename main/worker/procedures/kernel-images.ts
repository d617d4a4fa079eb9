import { AppError } from '#contract/errors';
import { disposeTree, treeFromArrays, type ParamTree } from '#numerics/autodiff/param-tree';
import { evaluationBatches } from '#numerics/data/batch-order';
import type { DatasetSplit } from '#numerics/data/dataset-split';
import type { NamedArrays } from '#numerics/editing/task-vector';
import type { Tensor } from '#numerics/engine/tensor';
import type { StoredModel } from '#numerics/models/model-file';
import { imageEncoder, type ImageEncoder } from '#numerics/models/vision-transformer';
import { tracedBytesPerImage, TracedImages } from '#numerics/ntk/traced-images';
import type { RunContext } from '../run-context';
import { assertFits, assertMemory } from './assert-fits';
import { withBatch } from './with-batch';

/** Neighbouring images of a split whose gradients are there at once. */
export interface ImageBlock {
  readonly images: DatasetSplit;
  /** Place of its first image among the images of the split. */
  readonly start: number;
  readonly count: number;
}

/** Cuts images into blocks of at most so many. */
export function cutIntoBlocks(images: DatasetSplit, blockSize: number): ImageBlock[] {
  return [...evaluationBatches(images.count, blockSize)].map(({ indices }) => ({
    images,
    start: indices[0],
    count: indices.length,
  }));
}

/** Counts the images of blocks. */
export function countImages(blocks: readonly ImageBlock[]): number {
  return blocks.reduce((sum, { count }) => sum + count, 0);
}

/** A network at one parameter point, θ0 or θ0 + τ. The caller disposes it. */
export class KernelNetwork {
  readonly encoder: ImageEncoder;
  readonly params: ParamTree;
  readonly #imageSize: number;

  /**
   * @param model of the architecture
   * @param params θ
   */
  constructor(model: StoredModel, params: NamedArrays) {
    this.encoder = imageEncoder(model.architecture);
    this.params = treeFromArrays(params);
    this.#imageSize = model.architecture.imageSize;
  }

  /** Computes the features of a block so that gradients can be had; belongs to the caller. */
  async trace(block: ImageBlock): Promise<TracedImages> {
    return this.withPixels(block, (pixels) => new TracedImages(this.encoder, this.params, pixels));
  }

  /** Computes with the pixels of a block. */
  async withPixels<T>({ images, start, count }: ImageBlock, compute: (pixels: Tensor) => T): Promise<T> {
    const indices = Array.from({ length: count }, (_, n) => start + n);
    for await (const batch of images.batches([{ indices, crop: null }])) return withBatch(batch, compute);
    throw new RangeError('a block has no images');
  }

  /**
   * Stops a computation that cannot fit before anything of it is done, and says what it takes.
   *
   * @param work what is computed
   * @param work.blockSize images of a block
   * @param work.traces blocks that are there at once
   * @param work.captures scalars whose gradients are there at once, over all of those blocks
   * @param work.cotangent of one scalar, F
   * @param work.images of all, for comparison with the whole Jacobian
   * @param work.outputs scalars
   * @param work.results numbers of the matrices that are made
   * @param context knows how much memory is free
   * @throws {AppError} `insufficient_memory`
   */
  forecast(
    work: {
      readonly blockSize: number;
      readonly traces: number;
      readonly captures: number;
      readonly cotangent: Float32Array;
      readonly images: number;
      readonly outputs: number;
      readonly results: number;
    },
    context: RunContext,
  ): void {
    const { blockSize, traces, captures, cotangent, images, outputs, results } = work;
    const perImage = tracedBytesPerImage(this.encoder, this.params, this.#imageSize, cotangent);
    const parameters = [...this.params.values()].reduce((sum, { size }) => sum + size, 0);
    const ofImages = blockSize * (traces * perImage.trace + captures * perImage.capture);
    const onEngine = FLOAT * parameters + ofImages;
    assertFits(onEngine, `Computing gradients in blocks of ${blockSize} images`, context);
    const matrices = DOUBLE * results;
    assertMemory(onEngine + matrices, 'The gradients with the Gram matrices', context);
    const jacobian = FLOAT * parameters * images * outputs;
    context.log(
      `at least ${inMib(onEngine)} for gradients and ${inMib(matrices)} for matrices; the whole Jacobian would take ${inMib(jacobian)}`,
    );
  }

  dispose(): void {
    disposeTree(this.params);
  }
}

/**
 * Checks numbers of a kernel before anything is made of them.
 *
 * @throws {AppError} `non_finite_features` if one is not finite
 */
export function assertFiniteKernel(values: Float64Array): void {
  if (values.every(Number.isFinite)) return;
  throw new AppError(
    'non_finite_features',
    'The gradients of the network are not finite on these images, so there is no kernel.',
  );
}

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
const DOUBLE = Float64Array.BYTES_PER_ELEMENT;

function inMib(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
