import { type Augmentation } from '#contract/specs/common';
import { RandomStream } from '#numerics/engine/random';
import { type ImageRequest } from './image-batch';

/** Which batch of which training run is asked for. */
export interface BatchRequest {
  /** N, the number of training samples; at least 1. */
  readonly count: number;
  /** B, samples in a batch; at least 1. */
  readonly batchSize: number;
  /** Seed of the run, unsigned 32-bit. */
  readonly seed: number;
  /** 0-based optimizer step since the start of the run. */
  readonly step: number;
}

/** The last permutation that was drawn; drawing it anew for each step would cost O(N) every time. */
let latest: { key: string; order: Uint32Array } = { key: '', order: new Uint32Array(0) };

/**
 * Returns the samples of one training batch as a pure function of its arguments, so that a run
 * which resumes at step k needs no state. Each epoch is a new permutation of all samples; the last
 * incomplete batch of an epoch is dropped (PyTorch's `drop_last`), unless N < B, where every batch
 * is a permutation of the whole set.
 *
 * epoch = ⌊step / ⌊N/B⌋⌋, batch = permutation(seed, epoch)[B·(step mod ⌊N/B⌋) …]
 *
 * @param request see {@link BatchRequest}
 * @returns min(B, N) sample indices, 0-based; the caller's own copy
 */
export function batchIndices(request: BatchRequest): Uint32Array {
  const { count, batchSize, seed, step } = request;
  const batchesPerEpoch = Math.max(1, Math.floor(count / batchSize));
  const epoch = Math.floor(step / batchesPerEpoch);
  const start = (step % batchesPerEpoch) * batchSize;
  return epochOrder(count, seed, epoch).slice(start, start + batchSize);
}

/** Which batches of which training run are asked for. */
export interface TrainingRequest extends Omit<BatchRequest, 'step'> {
  readonly augmentation: Augmentation;
  /** First step, and the one before which the run ends. */
  readonly from: number;
  readonly to: number;
}

/**
 * Lists the batches of a training run. The crop of an image belongs to its place in the run, so it is
 * the same after a resumption.
 *
 * @param request see {@link TrainingRequest}
 * @yields {ImageRequest} the batch of each step
 */
export function* trainingBatches(request: TrainingRequest): Generator<ImageRequest, void, void> {
  const { augmentation, from, to, seed } = request;
  for (let step = from; step < to; step++) {
    const indices = batchIndices({ ...request, step });
    const position = step * indices.length;
    yield { indices, crop: augmentation === 'none' ? null : { seed, position } };
  }
}

/**
 * Lists the samples in folder order, cut into batches; the last one may be smaller.
 *
 * @param count N, the number of samples
 * @param batchSize B, samples in a batch; at least 1
 * @param first sample to begin with; those before it are left out
 * @yields {ImageRequest} ⌈(N − first)/B⌉ batches, each image cut at the center
 */
export function* evaluationBatches(
  count: number,
  batchSize: number,
  first = 0,
): Generator<ImageRequest, void, void> {
  for (let start = first; start < count; start += batchSize) {
    const length = Math.min(batchSize, count - start);
    yield { indices: Uint32Array.from({ length }, (_, i) => start + i), crop: null };
  }
}

function epochOrder(count: number, seed: number, epoch: number): Uint32Array {
  const key = `${count}/${seed}/${epoch}`;
  if (latest.key !== key) {
    latest = { key, order: new RandomStream(seed, 'batch-order', epoch).permutation(count) };
  }
  return latest.order;
}
