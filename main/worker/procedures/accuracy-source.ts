import type { Accuracy } from '#contract/results';
import type { SplitName } from '#contract/specs/common';
import type { DatasetSplit } from '#numerics/data/dataset-split';
import { addTasks, sumTaskVectors, type NamedArrays } from '#numerics/editing/task-vector';
import type { StoredModel } from '#numerics/models/model-file';
import type { RunContext } from '../run-context';
import { directionKey, groupByDirection, type Edit } from './edit';
import { countCorrect, type ImageEvaluator } from './image-evaluator';
import { loadImages, type Task } from './load-inputs';

/** Most that the parameters of edits, or of tangents, which share a pass over the images may take. */
const EDITED_BYTES = 2 ** 30;
/** Tangents that share a pass whatever their size: a task addition needs two, and each pass repeats f. */
const FEWEST_TANGENTS = 2;

/**
 * Measures the accuracies of several edited models on one split of one task, in the order of the
 * edits. The images of the split, if they are held at all, are in memory only meanwhile.
 */
export type AccuracySource = (
  task: number,
  split: SplitName,
  edits: readonly Edit[],
) => AsyncIterable<Accuracy>;

/** What the sources measure with. */
export interface AccuracySourceOptions {
  readonly model: StoredModel;
  /** Where edits are measured. */
  readonly tasks: readonly Task[];
  /** What edits are made of. */
  readonly vectors: readonly NamedArrays[];
  readonly evaluator: ImageEvaluator;
  readonly context: RunContext;
}

/** Evaluates the network f at θ0 + α Σ τ_t. */
export function standardAccuracies(options: AccuracySourceOptions): AccuracySource {
  const { model, tasks, vectors, evaluator, context } = options;
  const editParams = ({ vectors: places, scalingCoef }: Edit): NamedArrays =>
    addTasks(
      model.params,
      places.map((place) => ({ scalingCoef, tensors: vectors[place] })),
    );
  return async function* (t, split, edits) {
    const task = tasks[t];
    const images = await loadImages(context, task.manifest, split, model);
    // Images that are not held are decoded in every pass, so a pass then serves several edits.
    const together = images.isHeld ? 1 : Math.max(1, countThatFit(model));
    for (let first = 0; first < edits.length; first += together) {
      const edited = edits.slice(first, first + together).map(editParams);
      for (const predictions of await evaluator.predictEach(edited, images, task.head)) {
        yield accuracyOf(task, predictions, images);
      }
    }
  };
}

/**
 * Evaluates the first-order expansion of f at θ0. It is affine in the coefficients, so each image goes
 * through the network once, whatever the number of α, with as many tangents as there are directions; more
 * than once only where their parameters would take too much memory.
 */
export function tangentAccuracies(options: AccuracySourceOptions): AccuracySource {
  const { model, tasks, vectors, evaluator, context } = options;
  const sums = new Map<string, NamedArrays>();
  const directionOf = (edit: Edit): NamedArrays => {
    if (edit.vectors.length === 1) return vectors[edit.vectors[0]];
    const key = directionKey(edit);
    const sum =
      sums.get(key) ??
      sumTaskVectors(edit.vectors.map((place) => ({ scalingCoef: 1, tensors: vectors[place] })));
    sums.set(key, sum);
    return sum;
  };
  return async function* (t, split, edits) {
    const task = tasks[t];
    const images = await loadImages(context, task.manifest, split, model);
    for (const group of groupByDirection(edits, Math.max(FEWEST_TANGENTS, countThatFit(model)))) {
      const directions = new Map(
        group.filter(({ vectors: { length } }) => length > 0).map((edit) => [directionKey(edit), edit]),
      );
      const keys = [...directions.keys()];
      const scalingCoefs = group.map((edit) =>
        keys.map((key) => (key === directionKey(edit) ? edit.scalingCoef : 0)),
      );
      const tangents = [...directions.values()].map(directionOf);
      for (const predictions of await evaluator.predictExpanded(tangents, scalingCoefs, images, task.head)) {
        yield accuracyOf(task, predictions, images);
      }
    }
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

/** How many sets of a model's parameters may be on the engine beside θ0. */
function countThatFit({ params }: StoredModel): number {
  const bytes = [...params.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  return Math.floor(EDITED_BYTES / bytes);
}
