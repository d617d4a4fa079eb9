import type { EvaluationMode, SplitName } from '#contract/specs/common';
import type { DatasetSplit } from '#numerics/data/dataset-split';
import { projectResponses } from '#numerics/editing/feature-responses';
import { predictFromResponses, type Responses } from '#numerics/editing/responses';
import { addTasks } from '#numerics/editing/task-vector';
import type { RunContext } from '../run-context';
import { ImageEvaluator } from './image-evaluator';
import type { EditInputs } from './load-edit';
import { loadImages } from './load-inputs';
import { openPredictionFolder } from './prediction-folder';
import { collectResponses } from './response-blocks';

/**
 * Predicts the classes of a task's images with the edited model θ0 + Σ_t α_t τ_t, or its first-order expansion.
 *
 * @param task place of the task whose images and head are used
 * @param scalingCoefs α_t, one for each vector of the run
 * @returns N class indices
 */
export type PredictEdit = (task: number, scalingCoefs: readonly number[]) => Promise<Int32Array>;

/** Which images of every task, in which model. */
interface PredictionSpec {
  readonly params: {
    readonly mode: EvaluationMode;
    readonly split: SplitName;
    /** All unless told. */
    readonly imageCount: number | null;
    readonly batchSize: number;
  };
  readonly seed: number;
}

/** Predictions on the images of every task. */
export interface EditPredictions {
  readonly predict: PredictEdit;
  /** N class indices for each task. */
  readonly labels: readonly Int32Array[];
}

/**
 * Opens the images of every task and returns what predicts on them. In the expansion all images go through the
 * network now, once, with all tangents on one pass; f is evaluated for each edit when it is asked for.
 */
export async function openPredictions(
  { params, seed }: PredictionSpec,
  inputs: EditInputs,
  context: RunContext,
): Promise<EditPredictions> {
  const { model, tasks } = inputs;
  const evaluator = new ImageEvaluator(model, params.batchSize, context);
  const sample = params.imageCount === null ? null : { count: params.imageCount, seed };
  const splits: DatasetSplit[] = [];
  for (const { manifest } of tasks) {
    splits.push(await loadImages(context, manifest, params.split, model, { sample }));
  }
  const compute =
    params.mode === 'standard'
      ? await predictInNetwork(inputs, splits, evaluator, context)
      : await predictInExpansion(inputs, splits, evaluator, context);
  return { predict: compute, labels: splits.map(({ labels }) => labels) };
}

async function predictInNetwork(
  { model, tasks, vectors }: EditInputs,
  splits: readonly DatasetSplit[],
  evaluator: ImageEvaluator,
  context: RunContext,
): Promise<PredictEdit> {
  const folder = await openPredictionFolder(context);
  return async (task, scalingCoefs) =>
    folder.remember(`${task}/${scalingCoefs.join()}`, splits[task].count, async () => {
      const terms = vectors
        .map(({ tensors }, t) => ({ scalingCoef: scalingCoefs[t], tensors }))
        .filter(({ scalingCoef }) => scalingCoef !== 0);
      const params = addTasks(model.params, terms);
      const [predictions] = await evaluator.predictEach([params], splits[task], tasks[task].head);
      return predictions;
    });
}

async function predictInExpansion(
  { tasks, vectors }: EditInputs,
  splits: readonly DatasetSplit[],
  evaluator: ImageEvaluator,
  context: RunContext,
): Promise<PredictEdit> {
  const tangents = vectors.map(({ tensors }) => tensors);
  const responses: Responses[] = [];
  for (const [t, { manifest, head }] of tasks.entries()) {
    const collected = await collectResponses({
      name: manifest.name,
      key: String(t),
      vectors: tangents,
      images: splits[t],
      evaluator,
      context,
    });
    responses.push(projectResponses(collected, head));
  }
  return (task, scalingCoefs) => Promise.resolve(predictFromResponses(responses[task], scalingCoefs));
}
