import type { HostClient } from '#contract/api';
import { AppError } from '#contract/errors';
import type { ArtifactKind } from '#contract/events';
import type { ArtifactRecord, RunDetail } from '#contract/records';
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
  return { ...outputOf(run, role), madeBy: run.id };
}

/**
 * Returns an output of a run.
 *
 * @throws {AppError} `unknown_artifact` if it has none of this role
 */
export function outputOf({ id: runId, outputs }: RunDetail, role: string): ArtifactRecord {
  const output = outputs.find((artifact) => artifact.role === role);
  if (output !== undefined) return output;
  const roles = outputs.map((artifact) => artifact.role).join(', ');
  throw new AppError('unknown_artifact', `Run ${runId} has no output "${role}"; it has ${roles}.`, { runId });
}

/**
 * Finds what was read from the same checkpoint as a model, also for models that were trained from it.
 *
 * @param client the host
 * @param model a model of the catalog
 * @param kind what is looked for
 * @returns the artifact, or null if the checkpoint had none
 */
export async function findSibling(
  client: HostClient,
  model: FoundArtifact,
  kind: 'text-encoder' | 'tokenizer',
): Promise<FoundArtifact | null> {
  if (model.madeBy === null) return null;
  const run = await client.query('runs.get', { runId: model.madeBy });
  const sibling = run.outputs.find((artifact) => artifact.kind === kind);
  if (sibling !== undefined) return { ...sibling, madeBy: run.id };
  const parent = run.inputs.find((artifact) => artifact.kind === 'model');
  if (parent === undefined) return null;
  return findSibling(client, await client.query('artifacts.get', { id: parent.id }), kind);
}

/** What a task vector was trained with, as far as the catalog knows. */
export interface TaskVectorOrigin {
  readonly model?: string;
  readonly dataset?: string;
  readonly head?: string;
}

/**
 * Finds what a task vector was trained with, from its lineage: everything for one that was fine-tuned here,
 * the model alone for one that was imported.
 */
export async function findOrigin(client: HostClient, taskVector: FoundArtifact): Promise<TaskVectorOrigin> {
  const run =
    taskVector.madeBy === null ? null : await client.query('runs.get', { runId: taskVector.madeBy });
  const spec = run?.spec;
  if (spec?.kind === 'finetune') return spec.inputs;
  if (spec?.kind === 'import-task-vector') return spec.inputs;
  if (spec?.kind === 'edit-add' || spec?.kind === 'edit-merge' || spec?.kind === 'edit-combine') {
    return { model: spec.inputs.model };
  }
  // A linearised checkpoint brings its model along.
  const model =
    spec?.kind === 'import-model' ? run!.outputs.find((artifact) => artifact.kind === 'model') : undefined;
  return model === undefined ? {} : { model: model.id };
}

/** A task vector with its coefficient. */
export interface ScaledVector {
  readonly artifact: FoundArtifact;
  readonly coef: number;
}

/**
 * Finds task vectors by what a person types: `1a2b3c=0.5`, or without a coefficient, which is then 1.
 *
 * @throws {AppError} as {@link findArtifact}; `invalid_input` if what follows the sign is no number
 */
export async function findScaledVectors(
  client: HostClient,
  texts: readonly string[],
): Promise<ScaledVector[]> {
  return Promise.all(
    texts.map(async (text) => {
      const { reference, coef } = parseScaled(text);
      return { artifact: await findArtifact(client, reference, 'task-vector'), coef };
    }),
  );
}

function parseScaled(text: string): { reference: string; coef: number } {
  const [reference, coefText] = text.split('=', 2) as [string, string | undefined];
  const coef = coefText === undefined ? 1 : Number(coefText);
  if (coefText?.trim() === '' || !Number.isFinite(coef)) {
    throw new AppError('invalid_input', `"${text}" has no valid coefficient; write for example 1a2b3c=0.5.`, {
      option: 'task-vector',
    });
  }
  return { reference, coef };
}
