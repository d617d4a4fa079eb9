import type { RunSpecOf } from '#contract/specs/index';

/** A run that took a kernel. */
export interface KernelRun {
  readonly runId: string;
  readonly spec: RunSpecOf<'ntk'>;
  /** Whether its network was drawn at random, and not trained. */
  readonly isRandom: boolean;
}

/** Kernels of different networks on the same images, those of trained ones first. */
export type KernelGroup = readonly KernelRun[];

/**
 * Puts kernels together that were taken of the same scalars on the same images, so that a pre-trained network stands
 * beside a random one.
 *
 * @param runs in any order; of several of one network the last is taken
 */
export function groupKernels(runs: readonly KernelRun[]): KernelGroup[] {
  const groups = new Map<string, Map<string, KernelRun>>();
  for (const run of runs) {
    const { model, taskVector } = run.spec.inputs;
    const key = imagesOf(run.spec);
    groups.set(key, (groups.get(key) ?? new Map<string, KernelRun>()).set(`${model} ${taskVector}`, run));
  }
  return [...groups.values()].map((group) =>
    [...group.values()].sort((a, b) => Number(a.isRandom) - Number(b.isRandom)),
  );
}

/** What decides which images and scalars a kernel is of; how it was computed does not. */
export function imagesOf({ params, inputs, seed }: RunSpecOf<'ntk'>): string {
  const { scalar, outputs, split, imageCount, recipe } = params;
  const { task, control } = inputs;
  return JSON.stringify([
    [scalar, outputs, split, imageCount, recipe],
    [task.dataset, task.head, control.dataset, seed],
  ]);
}
