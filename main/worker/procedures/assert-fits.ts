import { AppError } from '#contract/errors';
import type { VisionArchitecture } from '#contract/specs/common';
import { disposeTree, treeFromArrays } from '#numerics/autodiff/param-tree';
import { engineByteLimit, type NamedArray } from '#numerics/engine/tensor';
import { minimumTrainingMemory } from '#numerics/train/memory-forecast';
import type { RunContext } from '../run-context';

/** A training that is about to start. */
interface PlannedTraining {
  readonly architecture: VisionArchitecture;
  /** θ0. */
  readonly params: ReadonlyMap<string, NamedArray>;
  readonly mode: 'standard' | 'linear';
  readonly batchSize: number;
}

/**
 * Stops a training that cannot fit before anything of it is done.
 *
 * @throws {AppError} `insufficient_memory`
 */
export function assertTrainingFits(planned: PlannedTraining, context: RunContext): void {
  const { architecture, mode, batchSize } = planned;
  const params = treeFromArrays(planned.params);
  try {
    const need = minimumTrainingMemory(architecture, params, mode, batchSize);
    assertFits(need, `Training with batches of ${batchSize} images`, context);
  } finally {
    disposeTree(params);
  }
}

/**
 * Stops a run that cannot fit.
 *
 * @param needed a lower bound of the bytes that it needs on the engine
 * @param what is to be done, for the message
 * @param context knows how much memory is free
 * @throws {AppError} `insufficient_memory`
 */
export function assertFits(needed: number, what: string, context: RunContext): void {
  const limit = engineByteLimit();
  if (needed > limit) throw refuse(what, needed, limit, 'the WebAssembly engine’s memory');
  assertMemory(needed, what, context);
}

/**
 * Stops a run whose results cannot be held in memory.
 *
 * @param needed a lower bound of the bytes that it needs outside the engine
 * @param what is to be done, for the message
 * @param context knows how much memory is free
 * @throws {AppError} `insufficient_memory`
 */
export function assertMemory(needed: number, what: string, context: RunContext): void {
  const available = context.availableBytes();
  if (needed > available) throw refuse(what, needed, available, 'memory');
}

function refuse(what: string, needed: number, available: number, where: string): AppError {
  return new AppError(
    'insufficient_memory',
    `${what} needs at least ${inGib(needed)} of ${where}, and ${inGib(available)} can be had. Nothing was started.`,
    { needed, available },
  );
}

function inGib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
