import type { HostClient } from '#contract/api';
import { AppError } from '#contract/errors';
import type { ArtifactKind } from '#contract/events';
import type { ArtifactRecord } from '#contract/records';
import { assertFinished } from './follow-run';

/** Shorter beginnings of an artifact id are refused. */
const SHORTEST_ID = 4;

/** An artifact with the run that made it. */
export type FoundArtifact = ArtifactRecord & { readonly madeBy: string | null };

/**
 * Finds an artifact by what a person types: a beginning of its id, or `run:role` for an output of a run.
 *
 * @param client the host
 * @param reference what was typed
 * @param kind what it must be
 * @throws {AppError} `unknown_artifact`, `ambiguous_id`, `wrong_artifact_kind`
 */
export async function findArtifact(
  client: HostClient,
  reference: string,
  kind: ArtifactKind,
): Promise<FoundArtifact> {
  if (!reference.includes(':') && reference.length < SHORTEST_ID) {
    throw new AppError(
      'ambiguous_id',
      `"${reference}" is too short: give at least ${SHORTEST_ID} characters of the id.`,
    );
  }
  const found = reference.includes(':')
    ? await findOutput(client, reference)
    : await client.query('artifacts.get', { id: reference });
  if (found.kind === kind) return found;
  throw new AppError('wrong_artifact_kind', `${reference} is a ${found.kind}, but a ${kind} is needed.`, {
    expected: kind,
    actual: found.kind,
  });
}

async function findOutput(client: HostClient, reference: string): Promise<FoundArtifact> {
  const [runId, role] = reference.split(':', 2) as [string, string];
  const run = await client.query('runs.get', { runId });
  assertFinished(run);
  const output = run.outputs.find((artifact) => artifact.role === role);
  if (output !== undefined) return { ...output, madeBy: run.id };
  const roles = run.outputs.map((artifact) => artifact.role).join(', ');
  throw new AppError('unknown_artifact', `Run ${run.id} has no output "${role}"; it has ${roles}.`, {
    runId,
  });
}

/** The model, dataset and head that a task vector was trained with. */
export interface TaskVectorOrigin {
  readonly model: string;
  readonly dataset: string;
  readonly head: string;
}

/**
 * Finds what a task vector was trained with, from its lineage.
 *
 * @throws {AppError} `invalid_input` if it was not made by fine-tuning in this catalog
 */
export async function findOrigin(client: HostClient, taskVector: FoundArtifact): Promise<TaskVectorOrigin> {
  const run =
    taskVector.madeBy === null ? null : await client.query('runs.get', { runId: taskVector.madeBy });
  if (run?.spec.kind === 'finetune') return run.spec.inputs;
  throw new AppError(
    'invalid_input',
    `The task vector ${taskVector.id.slice(0, 12)} was not made by fine-tuning here, so its dataset and head are not known.`,
    { artifactId: taskVector.id },
  );
}
