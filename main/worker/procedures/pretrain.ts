import type { RunSpecOf } from '#contract/specs/index';
import { trainingBatches } from '#numerics/data/batch-order';
import type { DatasetSplit } from '#numerics/data/dataset-split';
import type { ImageBatch } from '#numerics/data/image-batch';
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
    const task = await loadTask(context, ids, { architecture, origin: null });
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
    batchesFrom: (step) =>
      takeTurns(
        tasks.map(({ images }) => images),
        spec,
        step,
      ),
    gradientAt: (theta, batch, step) => {
      const { head } = tasks[turnAt(step, tasks.length, spec.seed).task];
      return withBatch(batch, (pixels) => standardGradient(encoder, theta, pixels, batch.labels, head));
    },
  });
  const facts = { name, architecture, preprocessing, naming: 'open-clip', origin: null, doubts: [] } as const;
  await context.output(encodeModel({ ...facts, params }), {
    kind: 'model',
    role: 'model',
    label: name,
  });
}

/** Yields the batch of each step: the next one of the task whose turn it is. */
async function* takeTurns(
  splits: readonly DatasetSplit[],
  { params: { schedule }, seed }: RunSpecOf<'pretrain'>,
  start: number,
): AsyncGenerator<ImageBatch, void, void> {
  const { steps, batchSize } = schedule;
  const from = countVisits(start, splits.length, seed);
  const to = countVisits(steps, splits.length, seed);
  const sources = splits.map((images, t) => {
    const order = { count: images.count, batchSize, seed, augmentation: 'none' } as const;
    return images.batches(trainingBatches({ ...order, from: from[t], to: to[t] }));
  });
  for (let step = start; step < steps; step++) {
    const { task } = turnAt(step, splits.length, seed);
    yield (await sources[task].next()).value as ImageBatch;
  }
}

/** Counts the turns that each task has before a step. */
function countVisits(step: number, tasks: number, seed: number): number[] {
  const rounds = Math.floor(step / tasks);
  const visits = Array.from({ length: tasks }, () => rounds);
  for (let turn = rounds * tasks; turn < step; turn++) visits[turnAt(turn, tasks, seed).task] += 1;
  return visits;
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
