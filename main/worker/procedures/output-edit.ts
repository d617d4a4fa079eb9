import type { EvaluationMode, FinetuningMode } from '#contract/specs/common';
import {
  addTasks,
  encodeTaskVector,
  sumTaskVectors,
  type ScaledTaskVector,
  type TaskVector,
} from '#numerics/editing/task-vector';
import { encodeModel, type StoredModel } from '#numerics/models/model-file';
import type { RunContext } from '../run-context';

/** What an edit is an edit of. */
export interface EditFacts {
  readonly model: StoredModel;
  /** Its artifact id. */
  readonly modelId: string;
  readonly mode: EvaluationMode;
  readonly kind: FinetuningMode;
  /** What was added, for people. */
  readonly label: string;
}

/**
 * Stores an edit: its task vector, and for the network itself the edited model.
 *
 * @param facts about it
 * @param terms what is added to θ0
 * @param alpha the common coefficient in the terms, for people
 * @param context of the run
 */
export async function outputEdit(
  facts: EditFacts,
  terms: readonly ScaledTaskVector[],
  alpha: number,
  context: RunContext,
): Promise<void> {
  const { model, modelId, mode, kind, label } = facts;
  const vector: TaskVector = { kind, model: modelId, label, tensors: sumTaskVectors(terms) };
  await context.output(encodeTaskVector(vector), {
    kind: 'task-vector',
    role: 'taskVector',
    label: `${label}, α = ${alpha.toFixed(2)} (${mode})`,
  });
  if (mode !== 'standard') return;
  const name = `${model.name} + ${alpha.toFixed(2)} (${label})`;
  await context.output(encodeModel({ ...model, name, params: addTasks(model.params, terms) }), {
    kind: 'model',
    role: 'model',
    label: name,
  });
}
