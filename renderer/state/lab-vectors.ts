import type { HostClient } from '#contract/api';
import { AppError } from '#contract/errors';
import { datasetOfHead } from './dataset-of-head';

/** A task vector that a lab can hold: one that was fine-tuned here, so that its task is known. */
export interface LabVector {
  readonly id: string;
  /** Name of the dataset. */
  readonly task: string;
  /** How it was trained. */
  readonly kind: 'standard' | 'linear';
  readonly model: string;
  readonly dataset: string;
  readonly head: string;
  readonly seed: number;
}

/** A task on which edits are measured; also one that they must keep. */
export interface LabTask {
  readonly dataset: string;
  readonly head: string;
}

/** Lists the tasks of vectors, each once, in the order of the vectors. */
export function tasksOf(vectors: readonly LabVector[]): LabTask[] {
  return vectors
    .filter((vector, place) => vectors.findIndex(({ dataset }) => dataset === vector.dataset) === place)
    .map(({ dataset, head }) => ({ dataset, head }));
}

/**
 * Finds the control task of a lab by its head.
 *
 * @throws {AppError} `invalid_input` if the head was not made for a dataset
 */
export async function loadLabControl(client: HostClient, head: string): Promise<LabTask> {
  const { madeBy, label } = await client.query('artifacts.get', { id: head });
  const run = madeBy === null ? null : await client.query('runs.get', { runId: madeBy });
  const dataset = datasetOfHead(run?.spec);
  if (dataset !== null) return { dataset, head };
  throw new AppError('invalid_input', `${label} was not made for a dataset, so there is no task to keep.`);
}

/**
 * Finds the task vectors of a lab by their ids.
 *
 * @throws {AppError} `invalid_input` if one was not fine-tuned here, or they are of two models
 */
export async function loadLabVectors(client: HostClient, ids: readonly string[]): Promise<LabVector[]> {
  const vectors = await Promise.all(
    ids.map(async (id) => {
      const { madeBy: runId, label } = await client.query('artifacts.get', { id });
      const run = runId === null ? null : await client.query('runs.get', { runId });
      if (run?.spec?.kind !== 'finetune') {
        throw new AppError('invalid_input', `${label} was not fine-tuned here, so its task is not known.`);
      }
      const dataset = await client.query('artifacts.get', { id: run.spec.inputs.dataset });
      const { params, inputs, seed } = run.spec;
      return { id, task: dataset.label, kind: params.mode, ...inputs, seed };
    }),
  );
  if (new Set(vectors.map(({ model }) => model)).size > 1) {
    throw new AppError('invalid_input', 'The task vectors start from different models.');
  }
  return vectors;
}
