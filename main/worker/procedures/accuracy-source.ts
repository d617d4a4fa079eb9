import type { Accuracy } from '#contract/results';
import type { SplitName } from '#contract/specs/common';
import type { DatasetSplit } from '#numerics/data/dataset-split';
import { predictFromResponses } from '#numerics/editing/responses';
import {
  addTasks,
  sumTaskVectors,
  type NamedArrays,
  type ScaledTaskVector,
} from '#numerics/editing/task-vector';
import type { StoredModel } from '#numerics/models/model-file';
import type { RunContext } from '../run-context';
import { countCorrect, type ImageEvaluator } from './image-evaluator';
import { loadImages, type Task } from './load-inputs';

/** Most that the parameters of edits which share a pass over the images may take. */
const EDITED_BYTES = 2 ** 30;

/** Which edited model is meant: α_own times the task's own vector plus α_sum times the sum of all. */
export interface Edit {
  readonly own: number;
  readonly sum: number;
}

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
  readonly tasks: readonly (Task & { readonly vector: NamedArrays })[];
  readonly evaluator: ImageEvaluator;
  readonly context: RunContext;
}

/** Evaluates the network f at θ0 + α_own τ_t + α_sum Σ τ. */
export function standardAccuracies(options: AccuracySourceOptions): AccuracySource {
  const { model, tasks, evaluator, context } = options;
  return async function* (t, split, edits) {
    const task = tasks[t];
    const images = await loadImages(context, task.manifest, split, model);
    const edit = ({ own, sum }: Edit): NamedArrays => {
      const terms = tasks.map(({ vector }, other): ScaledTaskVector => ({
        scalingCoef: other === t ? own + sum : sum,
        tensors: vector,
      }));
      return addTasks(model.params, terms);
    };
    // Images that are not held are decoded in every pass, so a pass then serves several edits.
    const together = images.isHeld ? 1 : Math.max(1, Math.floor(EDITED_BYTES / bytesOf(model.params)));
    for (let first = 0; first < edits.length; first += together) {
      const edited = edits.slice(first, first + together).map(edit);
      for (const predictions of await evaluator.predictEach(edited, images, task.head)) {
        yield accuracyOf(task, predictions, images);
      }
    }
  };
}

/**
 * Evaluates the first-order expansion of f at θ0. It is affine in the coefficients, so each image
 * goes through the network once, whatever the number of edits.
 */
export function tangentAccuracies(options: AccuracySourceOptions): AccuracySource {
  const { model, tasks, evaluator, context } = options;
  const sumOfVectors = sumTaskVectors(tasks.map(({ vector }) => ({ scalingCoef: 1, tensors: vector })));
  return async function* (t, split, edits) {
    const task = tasks[t];
    const images = await loadImages(context, task.manifest, split, model);
    const responses = await evaluator.respond([task.vector, sumOfVectors], images, task.head);
    for (const { own, sum } of edits) {
      yield accuracyOf(task, predictFromResponses(responses, [own, sum]), images);
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

function bytesOf(params: NamedArrays): number {
  return [...params.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
}
