import type { ArtifactRecord } from '#contract/records';
import type { EvaluationMode } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import { tasksOf, type LabVector } from './lab-vectors';

/** What a lab holds, for the runs that it starts. */
interface LabContent {
  readonly mode: EvaluationMode;
  readonly vectors: readonly LabVector[];
}

const common = { batchSize: 128, engine: 'auto' } as const;

/** The protocol's own search: one α of 21 points, by the mean normalised validation accuracy. */
export function additionSpec({ mode, vectors }: LabContent): RunSpecOf<'edit-add'> {
  return {
    kind: 'edit-add',
    specVersion: 2,
    params: { mode, gridPoints: 21, ...common },
    inputs: {
      model: vectors[0].model,
      tasks: vectors.map(({ dataset, head, id }) => ({ dataset, head, taskVector: id })),
    },
    seed: 0,
  };
}

/** What the search beyond the grid needs: f0 and J τ_t of all validation and test images. */
export function responsesSpec({ vectors }: LabContent): RunSpecOf<'responses'> {
  return {
    kind: 'responses',
    specVersion: 1,
    params: { splits: ['val', 'test'], imageCount: null, ...common },
    inputs: {
      model: vectors[0].model,
      taskVectors: vectors.map(({ id }) => id),
      datasets: vectors.map(({ dataset }) => dataset),
    },
    seed: 0,
  };
}

/**
 * Looks for the exactly best α, and for one α for each task, in the tangent space.
 *
 * @param content one vector for each task
 * @param responses outputs of a run of {@link responsesSpec}
 */
export function searchSpec(
  { vectors }: LabContent,
  responses: readonly ArtifactRecord[],
): RunSpecOf<'edit-search'> {
  const of = (role: string) => responses.find((output) => output.role === role)!.id;
  return {
    kind: 'edit-search',
    specVersion: 1,
    params: { operation: 'add', gridPoints: 21, controlThreshold: 0.95, largestScalingCoef: 1 },
    inputs: {
      tasks: vectors.map(({ head, id }, t) => ({
        head,
        taskVector: id,
        val: of(`responses.${t}.val`),
        test: of(`responses.${t}.test`),
      })),
      control: null,
    },
    seed: 0,
  };
}

/** Measures an edit on test images and stores its model. */
export function combinationSpec(
  { mode, vectors }: LabContent,
  scalingCoefs: readonly number[],
): RunSpecOf<'edit-combine'> {
  return {
    kind: 'edit-combine',
    specVersion: 1,
    params: { mode, scalingCoefs: [...scalingCoefs], gridPoints: null, ...common },
    inputs: {
      model: vectors[0].model,
      taskVectors: vectors.map(({ id }) => id),
      tasks: tasksOf(vectors),
    },
    seed: 0,
  };
}
