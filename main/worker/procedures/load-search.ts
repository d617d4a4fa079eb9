import { AppError } from '#contract/errors';
import type { Accuracy } from '#contract/results';
import type { RunSpecOf } from '#contract/specs/index';
import { projectResponses } from '#numerics/editing/feature-responses';
import { predictFromResponses } from '#numerics/editing/responses';
import { decodeResponses, type StoredResponses } from '#numerics/editing/responses-file';
import type { LabeledResponses } from '#numerics/editing/right-intervals';
import type { StoredHead } from '#numerics/models/head-file';
import type { RunContext } from '../run-context';
import { controlIsTarget } from './edit-errors';
import { countCorrect } from './image-evaluator';
import { loadTask } from './load-inputs';

/** A task whose linearised model can be evaluated at any coefficients, without the network. */
export interface SearchTask {
  /** Name of the dataset. */
  readonly name: string;
  /** Place of its own vector; -1 for a control. */
  readonly vector: number;
  readonly val: LabeledResponses;
  /** Measures θ0 + Σ α_t τ_t in the expansion. */
  readonly accuracy: (split: 'val' | 'test', scalingCoefs: readonly number[]) => Accuracy;
}

/** What a search works on. */
export interface SearchInputs {
  readonly tasks: readonly SearchTask[];
  readonly control: SearchTask | null;
  /** T, vectors that there are responses to. */
  readonly vectorCount: number;
}

/**
 * Loads stored responses with their heads, and checks that they belong together.
 *
 * @throws {AppError} `invalid_input` if they are of different models or vectors, of other splits, or a control is
 *   also a target; `class_mismatch` or `params_mismatch` if a head does not fit
 */
export async function loadSearchInputs(
  { inputs }: RunSpecOf<'edit-search'>,
  context: RunContext,
): Promise<SearchInputs> {
  const loaded: Loaded[] = [];
  for (const [t, task] of inputs.tasks.entries()) {
    loaded.push(await load(task, `task ${t + 1}`, context));
  }
  const control = inputs.control === null ? null : await load(inputs.control, 'the control', context);
  const all = control === null ? loaded : [...loaded, control];
  const { model, taskVectors } = all[0].val;
  for (const { name, val, test } of all) {
    for (const responses of [val, test]) {
      if (responses.model === model && responses.taskVectors.join() === taskVectors.join()) continue;
      throw new AppError(
        'invalid_input',
        `The responses of ${name} are of another model, or to other task vectors, than those of ${all[0].name}. Make all of them in one run.`,
        { task: name },
      );
    }
  }
  assertControlApart(loaded, control);
  const tasks = loaded.map((task, t) => {
    const vector = taskVectors.indexOf(inputs.tasks[t].taskVector);
    if (vector >= 0) return toSearchTask(task, vector);
    throw new AppError(
      'invalid_input',
      `There are no responses to the task vector ${inputs.tasks[t].taskVector.slice(0, 12)} of ${task.name}.`,
      { taskVector: inputs.tasks[t].taskVector },
    );
  });
  return {
    tasks,
    control: control === null ? null : toSearchTask(control, -1),
    vectorCount: taskVectors.length,
  };
}

interface Loaded {
  readonly name: string;
  readonly head: StoredHead;
  readonly val: StoredResponses;
  readonly test: StoredResponses;
}

async function load(
  ids: { readonly head: string; readonly val: string; readonly test: string },
  what: string,
  context: RunContext,
): Promise<Loaded> {
  const read = async (id: string, split: 'val' | 'test') => {
    const responses = decodeResponses(await context.artifacts.read(id), `responses ${id.slice(0, 12)}`);
    if (responses.split === split) return responses;
    throw new AppError(
      'invalid_input',
      `The responses ${id.slice(0, 12)} of ${what} are of the split ${responses.split}, not of ${split}.`,
      { responses: id, split: responses.split },
    );
  };
  const val = await read(ids.val, 'val');
  const test = await read(ids.test, 'test');
  if (val.dataset !== test.dataset) {
    throw new AppError('invalid_input', `The two splits of ${what} are of different datasets.`, {
      datasets: [val.dataset, test.dataset],
    });
  }
  const task = { dataset: val.dataset, head: ids.head };
  const model = { architecture: { featureSize: val.featureSize }, origin: null };
  const { manifest, head } = await loadTask(context, task, model);
  return { name: manifest.name, head, val, test };
}

function assertControlApart(tasks: readonly Loaded[], control: Loaded | null): void {
  const target = tasks.find(({ val }) => val.dataset === control?.val.dataset);
  if (target !== undefined) throw controlIsTarget(target.name, target.val.dataset);
}

function toSearchTask({ name, head, val, test }: Loaded, vector: number): SearchTask {
  const splits = {
    val: { responses: projectResponses(val, head), labels: val.labels },
    test: { responses: projectResponses(test, head), labels: test.labels },
  };
  return {
    name,
    vector,
    val: splits.val,
    accuracy: (split, scalingCoefs) => {
      const { responses, labels } = splits[split];
      const correct = countCorrect(predictFromResponses(responses, scalingCoefs), labels);
      const { count } = responses;
      return { task: name, dataset: val.dataset, correct, count, top1: correct / count };
    },
  };
}
