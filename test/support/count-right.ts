import type { EvaluationMode, SplitName } from '#contract/specs/common';
import { linearize } from '#numerics/autodiff/linearize';
import { disposeTree, treeFromArrays } from '#numerics/autodiff/param-tree';
import { addTasks } from '#numerics/editing/task-vector';
import { createTensor, readTensor } from '#numerics/engine/tensor';
import { computeLogits, predictClasses } from '#numerics/models/head';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { countCorrect } from '#worker/procedures/image-evaluator';
import { loadImages, loadModel, loadTask, loadTaskVector } from '#worker/procedures/load-inputs';
import type { RunLab } from './run-lab';
import { takeBatch } from './take-batch';

/** An edited model and the images to classify with it. */
export interface CountedEdit {
  readonly mode: EvaluationMode;
  readonly model: string;
  readonly task: { readonly dataset: string; readonly head: string };
  readonly split: SplitName;
  /** τ_t by artifact id, and α_t. */
  readonly vectors: readonly string[];
  readonly scalingCoefs: readonly number[];
}

/**
 * Counts right predictions at θ0 + Σ α_t τ_t from the definitions: f itself, or its expansion evaluated at the
 * edited parameters, and not from responses; all images in one batch.
 */
export async function countRight(lab: RunLab, edit: CountedEdit): Promise<number> {
  const { predictions, labels } = await predictEdit(lab, edit);
  return countCorrect(predictions, labels);
}

/** Predicts with θ0 + Σ α_t τ_t as {@link countRight} does. */
export async function predictEdit(
  lab: RunLab,
  edit: CountedEdit,
): Promise<{ readonly predictions: Int32Array; readonly labels: Int32Array }> {
  const context = lab.context();
  const model = await loadModel(context, edit.model);
  const { manifest, head } = await loadTask(context, edit.task, model);
  const images = await loadImages(context, manifest, edit.split, model);
  const loaded = await Promise.all(edit.vectors.map((id) => loadTaskVector(context, id, edit.model)));
  const theta = addTasks(
    model.params,
    loaded.map(({ tensors }, t) => ({ scalingCoef: edit.scalingCoefs[t], tensors })),
  );
  const { pixels, labels } = await takeBatch(
    images,
    Array.from({ length: images.count }, (_, i) => i),
  );
  const batch = createTensor(pixels, [images.count, 32, 32, 3]);
  const params0 = treeFromArrays(model.params);
  const params = treeFromArrays(theta);
  const encoder = imageEncoder(model.architecture);
  const features =
    edit.mode === 'standard'
      ? encoder(params, batch)
      : linearize((parameters) => encoder(parameters, batch), params0)(params);
  const predictions = predictClasses(computeLogits(readTensor(features), head), head.classes);
  for (const tensor of [batch, features]) tensor.dispose();
  for (const tree of [params0, params]) disposeTree(tree);
  return { predictions, labels };
}
