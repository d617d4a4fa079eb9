import type { RunSpecOf } from '#contract/specs/index';
import { disposeTree, subtractTrees, treeFromArrays, type ParamTree } from '#numerics/autodiff/param-tree';
import { trainingBatches } from '#numerics/data/batch-order';
import { encodeTaskVector, subtractParams } from '#numerics/editing/task-vector';
import type { Tensor } from '#numerics/engine/tensor';
import { encodeModel } from '#numerics/models/model-file';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { linearGradient, standardGradient, type LossGradient } from '#numerics/train/gradients';
import type { RunContext } from '../run-context';
import { assertTrainingFits } from './assert-fits';
import { loadImages, loadModel, loadTask } from './load-inputs';
import { train } from './training-loop';
import { withBatch } from './with-batch';

/** Fine-tunes on one task with its head frozen; makes τ = θ − θ0, and in standard mode the model at θ. */
export async function finetune(spec: RunSpecOf<'finetune'>, context: RunContext): Promise<void> {
  const { mode, augmentation, optimizer, schedule } = spec.params;
  const model = await loadModel(context, spec.inputs.model);
  const { architecture } = model;
  const { manifest, head } = await loadTask(context, spec.inputs, model);
  assertTrainingFits({ ...model, mode, batchSize: schedule.batchSize }, context);
  const images = await loadImages(context, manifest, 'train', model, { augmentation });
  const encoder = imageEncoder(architecture);
  const params0 = treeFromArrays(model.params);

  const gradientOf = (theta: ParamTree, pixels: Tensor, labels: Int32Array): LossGradient => {
    if (mode === 'standard') return standardGradient(encoder, theta, pixels, labels, head);
    const delta = subtractTrees(theta, params0);
    const result = linearGradient(encoder, params0, delta, pixels, labels, head);
    disposeTree(delta);
    return result;
  };

  const params = await train({
    phase: `fine-tuning (${mode})`,
    initial: model.params,
    optimizer,
    schedule,
    context,
    batchesFrom: (step) => {
      const order = { count: images.count, batchSize: schedule.batchSize, seed: spec.seed, augmentation };
      return images.batches(trainingBatches({ ...order, from: step, to: schedule.steps }));
    },
    gradientAt: (theta, batch) => withBatch(batch, (pixels) => gradientOf(theta, pixels, batch.labels)),
  }).finally(() => disposeTree(params0));

  const label = `${manifest.name} (${mode})`;
  const tensors = subtractParams(model.params, params);
  await context.output(
    encodeTaskVector({ kind: mode, model: spec.inputs.model, label: manifest.name, tensors }),
    {
      kind: 'task-vector',
      role: 'taskVector',
      label,
    },
  );
  if (mode === 'standard') {
    await context.output(encodeModel({ ...model, name: `${model.name}, ${manifest.name}`, params }), {
      kind: 'model',
      role: 'model',
      label: `${model.name}, fine-tuned on ${manifest.name}`,
    });
  }
}
