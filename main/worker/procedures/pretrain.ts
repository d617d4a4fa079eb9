import type { RunSpecOf } from '#contract/specs/index';
import { batchIndices } from '#numerics/data/batch-order';
import type { DatasetSplit } from '#numerics/data/dataset-split';
import { RandomStream } from '#numerics/engine/random';
import { encodeModel } from '#numerics/models/model-file';
import { initializeVision } from '#numerics/models/vision-parameters';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { standardGradient } from '#numerics/train/gradients';
import type { RunContext } from '../run-context';
import { assertTrainingFits } from './assert-fits';
import { loadImages, loadTask, type Task } from './load-inputs';
import { train } from './training-loop';
import { withBatch } from './with-batch';

/** Trains an image encoder from scratch on several tasks with frozen heads, one task in each batch. */
export async function pretrain(spec: RunSpecOf<'pretrain'>, context: RunContext): Promise<void> {
  const { name, architecture, preprocessing, optimizer, schedule } = spec.params;
  const initial = initializeVision(architecture, spec.seed);
  assertTrainingFits(
    { architecture, params: initial, mode: 'standard', batchSize: schedule.batchSize },
    context,
  );
  const tasks: (Task & { readonly images: DatasetSplit })[] = [];
  for (const ids of spec.inputs.tasks) {
    const task = await loadTask(context, ids, architecture.featureSize);
    tasks.push({
      ...task,
      images: await loadImages(context, task.manifest, 'train', { architecture, preprocessing }),
    });
  }
  const encoder = imageEncoder(architecture);
  const params = await train({
    phase: 'pre-training',
    initial,
    optimizer,
    schedule,
    context,
    gradientAt: (theta, step) => {
      const { task: t, visit } = turnAt(step, tasks.length, spec.seed);
      const { images, head } = tasks[t];
      const { batchSize } = schedule;
      const order = { count: images.count, batchSize, seed: spec.seed, step: visit };
      return withBatch(images, batchIndices(order), (pixels, labels) => ({
        ...standardGradient(encoder, theta, pixels, labels, head),
        count: labels.length,
      }));
    },
  });
  await context.output(encodeModel({ name, architecture, preprocessing, naming: 'open-clip', params }), {
    kind: 'model',
    role: 'model',
    label: name,
  });
}

/**
 * Says whose turn a step is: in every round each task comes once, in random order.
 *
 * @returns the task, and how many batches of it came before
 */
export function turnAt(step: number, tasks: number, seed: number): { task: number; visit: number } {
  const round = Math.floor(step / tasks);
  const order = new RandomStream(seed, 'task-order', round).permutation(tasks);
  return { task: order[step % tasks], visit: round };
}
