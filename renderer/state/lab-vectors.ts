import type { HostClient } from '#contract/api';
import { AppError } from '#contract/errors';
import type { LibraryEntry } from '#contract/records';

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

/** Why a task vector cannot be held by a lab; null if it can. */
export function whyNotInLab({ madeBy }: LibraryEntry): string | null {
  return madeBy.spec?.kind === 'finetune' ? null : 'it was not fine-tuned here, so its task is not known';
}

/** Reads off what a lab needs to know; null for a vector that it cannot hold. */
export function labVectorOf(
  { id, madeBy: { spec } }: Pick<LibraryEntry, 'id' | 'madeBy'>,
  taskName: string,
): LabVector | null {
  if (spec?.kind !== 'finetune') return null;
  return { id, task: taskName, kind: spec.params.mode, ...spec.inputs, seed: spec.seed };
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
      const { kind, title, spec } = run;
      return labVectorOf({ id, madeBy: { runId: run.id, kind, title, spec } }, dataset.label)!;
    }),
  );
  if (new Set(vectors.map(({ model }) => model)).size > 1) {
    throw new AppError('invalid_input', 'The task vectors start from different models.');
  }
  return vectors;
}
