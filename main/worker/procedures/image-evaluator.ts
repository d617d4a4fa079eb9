import { evaluationBatches } from '#numerics/data/batch-order';
import type { ImageRequest } from '#numerics/data/image-batch';
import type { DatasetSplit } from '#numerics/data/dataset-split';
import { disposeTree, treeFromArrays, type ParamTree } from '#numerics/autodiff/param-tree';
import { jvpMany } from '#numerics/autodiff/jvp';
import { projectResponses } from '#numerics/editing/feature-responses';
import { predictFromResponses } from '#numerics/editing/responses';
import type { NamedArrays } from '#numerics/editing/task-vector';
import { readTensor, type Tensor } from '#numerics/engine/tensor';
import { computeLogits, predictClasses, type Head } from '#numerics/models/head';
import type { StoredModel } from '#numerics/models/model-file';
import { imageEncoder } from '#numerics/models/vision-transformer';
import type { RunContext } from '../run-context';
import { withBatch } from './with-batch';

/** Runs a model over the images of a split, batch by batch. */
export class ImageEvaluator {
  readonly #model: StoredModel;
  readonly #batchSize: number;
  readonly #context: RunContext;

  constructor(model: StoredModel, batchSize: number, context: RunContext) {
    this.#model = model;
    this.#batchSize = batchSize;
    this.#context = context;
  }

  /** F. */
  get featureSize(): number {
    return this.#model.architecture.featureSize;
  }

  /** Lists the batches of the images from `first` to the one before `end`. */
  batches(end: number, first = 0): ImageRequest[] {
    return [...evaluationBatches(end, this.#batchSize, first)];
  }

  /** Predicts with f(x; θ) for every θ in one pass over the images. Returns N class indices for each θ. */
  async predictEach(
    edits: readonly NamedArrays[],
    images: DatasetSplit,
    head: Head,
  ): Promise<Int32Array<ArrayBuffer>[]> {
    const encoder = imageEncoder(this.#model.architecture);
    const thetas = edits.map(treeFromArrays);
    const predictions = thetas.map(() => new Int32Array(images.count));
    try {
      await this.#forEachBatch(images, this.batches(images.count), (pixels, start) => {
        for (const [edit, theta] of thetas.entries()) {
          const features = encoder<Tensor>(theta, pixels);
          const numbers = readTensor(features);
          features.dispose();
          predictions[edit].set(predictClasses(computeLogits(numbers, head), head.classes, start), start);
        }
      });
    } finally {
      thetas.forEach(disposeTree);
    }
    return predictions;
  }

  /**
   * Predicts with the first-order expansion of f at θ0 for several edits, on one primal pass. The responses of
   * a batch are let go with it.
   *
   * @param vectors τ_t
   * @param edits for each edit, α_t for every vector
   * @param images N
   * @param head of the task
   * @returns N class indices for each edit
   */
  async predictExpanded(
    vectors: readonly NamedArrays[],
    edits: readonly (readonly number[])[],
    images: DatasetSplit,
    head: Head,
  ): Promise<Int32Array<ArrayBuffer>[]> {
    const predictions = edits.map(() => new Int32Array(images.count));
    const batches = this.batches(images.count);
    await this.pushForward(vectors, images, batches, (base, tangents, start) => {
      const count = base.length / head.featureSize;
      const responses = projectResponses({ count, base, tangents }, head);
      for (const [edit, scalingCoefs] of edits.entries()) {
        predictions[edit].set(predictFromResponses(responses, scalingCoefs, start), start);
      }
    });
    return predictions;
  }

  /**
   * Gives f(x; θ0) and J(θ0)τ_t for every τ_t, batch by batch.
   *
   * @param vectors τ_t
   * @param images N
   * @param batches of neighbouring images
   * @param take is given B × F, of every τ_t too, and the first image of the batch
   */
  async pushForward(
    vectors: readonly NamedArrays[],
    images: DatasetSplit,
    batches: readonly ImageRequest[],
    take: (base: Float32Array, tangents: readonly Float32Array[], start: number) => void | Promise<void>,
  ): Promise<void> {
    const encoder = imageEncoder(this.#model.architecture);
    const params0 = treeFromArrays(this.#model.params);
    const directions: ParamTree[] = vectors.map(treeFromArrays);
    try {
      await this.#forEachBatch(images, batches, async (pixels, start) => {
        const { primal, tangents } = jvpMany((theta) => encoder(theta, pixels), params0, directions);
        const [base, ...pushed] = [primal, ...tangents].map((tensor) => {
          const numbers = readTensor(tensor);
          tensor.dispose();
          return numbers;
        });
        await take(base, pushed, start);
      });
    } finally {
      for (const tree of [params0, ...directions]) disposeTree(tree);
    }
  }

  /** Gives the pixels of each batch until `work` first awaits, and where the batch begins. */
  async #forEachBatch(
    images: DatasetSplit,
    batches: readonly ImageRequest[],
    work: (pixels: Tensor, start: number) => void | Promise<void>,
  ): Promise<void> {
    let done = 0;
    for await (const batch of images.batches(batches)) {
      const start = batches[done++].indices[0];
      await withBatch(batch, (pixels) => work(pixels, start));
      await this.#context.breathe();
    }
  }
}

/** Counts predictions that equal the labels. */
export function countCorrect(predictions: Int32Array, labels: Int32Array): number {
  return predictions.reduce((count, prediction, n) => count + (prediction === labels[n] ? 1 : 0), 0);
}
