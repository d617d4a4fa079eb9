import type { HostClient } from '#contract/api';
import { AppError } from '#contract/errors';

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

/** A task that an edit must keep. */
export interface LabControl {
  readonly dataset: string;
  readonly head: string;
}

/**
 * Finds the control task of a lab by its head.
 *
 * @throws {AppError} `invalid_input` if the head was not made for a dataset
 */
export async function loadLabControl(client: HostClient, head: string): Promise<LabControl> {
  const { madeBy, label } = await client.query('artifacts.get', { id: head });
  const run = madeBy === null ? null : await client.query('runs.get', { runId: madeBy });
  const inputs = run?.spec?.inputs ?? {};
  if ('dataset' in inputs && typeof inputs.dataset === 'string') return { dataset: inputs.dataset, head };
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
