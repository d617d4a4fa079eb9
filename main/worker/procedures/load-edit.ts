import { AppError } from '#contract/errors';
import type { EvaluationMode, SplitName } from '#contract/specs/common';
import { withoutImages } from '#numerics/data/dataset-split';
import type { TaskVector } from '#numerics/editing/task-vector';
import type { StoredModel } from '#numerics/models/model-file';
import type { RunContext } from '../run-context';
import { loadModel, loadTask, loadTaskVector, type Task } from './load-inputs';
import { warnAboutKind } from './warn-about-kind';

/** What an edit is made from: τ_t was trained on task t, from the model. */
export interface EditInputs {
  readonly model: StoredModel;
  readonly tasks: readonly Task[];
  readonly vectors: readonly TaskVector[];
}

/** What specifications of edits have in common. */
interface EditSpec {
  readonly params: { readonly mode: EvaluationMode };
  readonly inputs: {
    readonly model: string;
    readonly tasks: readonly {
      readonly dataset: string;
      readonly head: string;
      readonly taskVector: string;
    }[];
  };
}

/**
 * Loads what an edit is made from, and warns of vectors that were trained otherwise than they are used.
 *
 * @throws {AppError} `invalid_input` if a vector is given twice, or vectors are of two kinds; `dataset_layout` if a
 *   task has no validation or test images; what loading throws
 */
export async function loadEdit(spec: EditSpec, context: RunContext): Promise<EditInputs> {
  const model = await loadModel(context, spec.inputs.model);
  const tasks: Task[] = [];
  const vectors: TaskVector[] = [];
  for (const ids of spec.inputs.tasks) {
    const vector = await loadTaskVector(context, ids.taskVector, spec.inputs.model);
    warnAboutKind(vector, spec.params.mode, context);
    vectors.push(vector);
    tasks.push(await loadTask(context, ids, model));
  }
  for (const task of tasks) assertMeasurable(task);
  assertOneMethod(spec, vectors);
  return { model, tasks, vectors };
}

/**
 * Checks that a task has the images that an edit is chosen and measured on, before any time is spent.
 *
 * @throws {AppError} `dataset_layout` naming the split that is empty
 */
export function assertMeasurable({ manifest }: Task, splits: readonly SplitName[] = ['val', 'test']): void {
  for (const split of splits) {
    if (manifest.splits[split].packArtifact === null) throw withoutImages(manifest.name, split);
  }
}

/** Vectors of two kinds are of no single method, and one vector stands for one task. */
function assertOneMethod(spec: EditSpec, vectors: readonly TaskVector[]): void {
  const ids = spec.inputs.tasks.map(({ taskVector }) => taskVector);
  if (new Set(ids).size < ids.length) {
    throw new AppError('invalid_input', 'The same task vector is given twice.', { taskVectors: ids });
  }
  assertOneKind(vectors, ids);
}

/**
 * Loads the vectors of one edit, and warns of those that were trained otherwise than they are used.
 *
 * @param ids their artifacts
 * @param use the model that they start from, and the mode in which they are used
 * @throws {AppError} `invalid_input` if they are of two kinds; what loading throws
 */
export async function loadVectors(
  ids: readonly string[],
  use: { readonly model: string; readonly mode: EvaluationMode },
  context: RunContext,
): Promise<TaskVector[]> {
  const vectors: TaskVector[] = [];
  for (const id of ids) {
    const vector = await loadTaskVector(context, id, use.model);
    warnAboutKind(vector, use.mode, context);
    vectors.push(vector);
  }
  assertOneKind(vectors, ids);
  return vectors;
}

/**
 * Checks that vectors were trained alike, so that they can be used in one edit.
 *
 * @param ids their artifacts
 * @throws {AppError} `invalid_input` if they are of two kinds
 */
function assertOneKind(vectors: readonly TaskVector[], ids: readonly string[]): void {
  if (new Set(vectors.map(({ kind }) => kind)).size <= 1) return;
  throw new AppError(
    'invalid_input',
    'Task vectors of kind standard and of kind linear cannot be used in one edit.',
    { taskVectors: ids },
  );
}
