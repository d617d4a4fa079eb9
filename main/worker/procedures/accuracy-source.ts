import type { Accuracy } from '#contract/results';
import type { SplitName } from '#contract/specs/common';
import type { DatasetSplit } from '#numerics/data/dataset-split';
import { predictFromResponses, type Responses } from '#numerics/editing/responses';
import { addTasks, type NamedArrays } from '#numerics/editing/task-vector';
import type { StoredModel } from '#numerics/models/model-file';
import type { RunContext } from '../run-context';
import { countCorrect, type ImageEvaluator } from './image-evaluator';
import { loadImages, type Task } from './load-inputs';

/** Which edited model is meant: α_own times the task's own vector plus α_sum times the sum of all. */
export interface Edit {
  readonly own: number;
  readonly sum: number;
}

/** Measures the accuracy of edited models on the splits of several tasks. */
export interface AccuracySource {
  accuracy(task: number, split: SplitName, edit: Edit): Promise<Accuracy>;
}

/** What the sources measure with. */
export interface AccuracySourceOptions {
  readonly model: StoredModel;
  readonly tasks: readonly (Task & { readonly vector: NamedArrays })[];
  readonly evaluator: ImageEvaluator;
  readonly context: RunContext;
}

/** Evaluates the network f at θ0 + α_own τ_t + α_sum Σ τ. */
export function standardAccuracies(options: AccuracySourceOptions): AccuracySource {
  const { model, tasks, evaluator } = options;
  const sum = sumOf(options);
  const images = memoizedImages(options);
  return {
    accuracy: async (t, split, edit) => {
      const loaded = await images(t, split);
      const params = addTasks(model.params, [
        { scalingCoef: edit.own, tensors: tasks[t].vector },
        { scalingCoef: edit.sum, tensors: sum },
      ]);
      const predictions = await evaluator.predict(params, loaded, tasks[t].head);
      return accuracyOf(tasks[t], predictions, loaded);
    },
  };
}

/**
 * Evaluates the first-order expansion of f at θ0. It is affine in the coefficients, so each image
 * goes through the network once, whatever the number of edits.
 */
export function tangentAccuracies(options: AccuracySourceOptions): AccuracySource {
  const { tasks, evaluator } = options;
  const sum = sumOf(options);
  const images = memoizedImages(options);
  const responses = memoize((t: number, split: SplitName): Promise<Responses> =>
    images(t, split).then((loaded) => evaluator.respond([tasks[t].vector, sum], loaded, tasks[t].head)),
  );
  return {
    accuracy: async (t, split, edit) => {
      const predictions = predictFromResponses(await responses(t, split), [edit.own, edit.sum]);
      return accuracyOf(tasks[t], predictions, await images(t, split));
    },
  };
}

function sumOf({ tasks }: AccuracySourceOptions): NamedArrays {
  const [first, ...others] = tasks.map(({ vector }) => vector);
  return addTasks(
    first,
    others.map((tensors) => ({ scalingCoef: 1, tensors })),
  );
}

function memoizedImages({ model, tasks, context }: AccuracySourceOptions) {
  return memoize((t: number, split: SplitName): Promise<DatasetSplit> =>
    loadImages(context, tasks[t].manifest, split, model),
  );
}

/** Computes the value for each task and split once. */
function memoize<V>(compute: (task: number, split: SplitName) => Promise<V>) {
  const known = new Map<string, Promise<V>>();
  return (task: number, split: SplitName): Promise<V> => {
    const key = `${task}/${split}`;
    const value = known.get(key) ?? compute(task, split);
    known.set(key, value);
    return value;
  };
}

/** Compares predictions with labels. */
export function accuracyOf(task: Task, predictions: Int32Array, images: DatasetSplit): Accuracy {
  const correct = countCorrect(predictions, images.labels);
  return {
    task: task.manifest.name,
    dataset: task.datasetId,
    correct,
    count: images.count,
    top1: correct / images.count,
  };
}
