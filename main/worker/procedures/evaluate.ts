import type { EvaluationResult } from '#contract/results';
import type { RunSpecOf } from '#contract/specs/index';
import { addTasks } from '#numerics/editing/task-vector';
import type { RunContext } from '../run-context';
import { accuracyOf } from './accuracy-source';
import { ImageEvaluator } from './image-evaluator';
import { loadImages, loadModel, loadTask, loadTaskVector } from './load-inputs';
import { warnAboutKind } from './warn-about-kind';

/** Measures top-1 accuracy of θ0 + Σ α_t τ_t on one split, in f or in its first-order expansion. */
export async function evaluate(spec: RunSpecOf<'evaluate'>, context: RunContext): Promise<void> {
  const { mode, split, scalingCoefs, batchSize } = spec.params;
  const model = await loadModel(context, spec.inputs.model);
  const task = await loadTask(context, spec.inputs, model);
  const terms = [];
  for (const [index, id] of spec.inputs.taskVectors.entries()) {
    const vector = await loadTaskVector(context, id, spec.inputs.model);
    warnAboutKind(vector, mode, context);
    terms.push({ scalingCoef: scalingCoefs[index], tensors: vector.tensors });
  }
  const images = await loadImages(context, task.manifest, split, model);
  const evaluator = new ImageEvaluator(model, batchSize, context);
  const vectors = terms.map(({ tensors }) => tensors);
  const [predictions] =
    mode === 'standard'
      ? await evaluator.predictEach([addTasks(model.params, terms)], images, task.head)
      : await evaluator.predictExpanded(vectors, [scalingCoefs], images, task.head);
  const result: EvaluationResult = {
    format: 'tangent-evaluation/1',
    mode,
    split,
    scalingCoefs,
    accuracy: accuracyOf(task, predictions, images),
  };
  context.metric('top1', 0, result.accuracy.top1);
  await context.outputJson(result, {
    kind: 'evaluation',
    role: 'evaluation',
    label: `${task.manifest.name} ${split} accuracy (${mode})`,
  });
}
