import { evaluationModeSchema } from '#contract/specs/common';
import type { RunSpec, RunSpecOf } from '#contract/specs/index';

/** A run that measured disentanglement. */
export interface MapRun {
  readonly runId: string;
  readonly spec: RunSpecOf<'disentanglement'>;
}

/** Maps of the same tasks in different modes, in the order of the paper's figure. */
export type MapGroup = readonly MapRun[];

const modes = evaluationModeSchema.options;

/**
 * Puts maps together that differ in the mode, and in how fine they are, alone: the same model, images, range of α, and
 * tasks. Task vectors are the same if
 * they are one file, or were trained from the same model on the same dataset with the same head and seed; so a standard
 * one and a linear one correspond.
 *
 * @param runs in any order; of several in one mode the finest is taken, then the last
 * @param trainingOf the specification of the run that made a task vector; null where it is not known
 */
export function groupMaps(
  runs: readonly MapRun[],
  trainingOf: (taskVector: string) => RunSpec | null,
): MapGroup[] {
  const vectorKey = (id: string): unknown => {
    const training = trainingOf(id);
    if (training?.kind !== 'finetune') return id;
    const { model, dataset, head } = training.inputs;
    return [training.seed, model, dataset, head];
  };
  const groups = new Map<string, Map<string, MapRun>>();
  for (const run of runs) {
    const { params, inputs, seed } = run.spec;
    const key = JSON.stringify([
      { ...params.cells, points: undefined },
      [params.split, params.imageCount, seed, inputs.model],
      inputs.tasks.map(({ dataset, head, taskVector }) => [dataset, head, vectorKey(taskVector)]),
    ]);
    const group = groups.get(key) ?? new Map<string, MapRun>();
    groups.set(key, group);
    const other = group.get(params.mode);
    if (other === undefined || finenessOf(run) >= finenessOf(other)) group.set(params.mode, run);
  }
  return [...groups.values()].map((group) => modes.flatMap((mode) => group.get(mode) ?? []));
}

function finenessOf({ spec }: MapRun): number {
  const { cells } = spec.params;
  return cells.shape === 'pairs' ? 0 : cells.points;
}
