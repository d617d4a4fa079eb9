import { AppError } from '#contract/errors';
import type { AdamWSettings, TrainingSchedule } from '#contract/specs/common';
import { disposeTree, treeFromArrays, treeToArrays, type ParamTree } from '#numerics/autodiff/param-tree';
import type { NamedArray } from '#numerics/engine/tensor';
import { AdamW, initialAdamWState } from '#numerics/train/adam-w';
import { clipByGlobalNorm } from '#numerics/train/clip-gradient';
import type { LossGradient } from '#numerics/train/gradients';
import { learningRateAt } from '#numerics/train/learning-rate';
import { decodeTrainingState, encodeTrainingState } from '#numerics/train/training-state';
import { CheckpointFolder } from '../checkpoints';
import type { RunContext } from '../run-context';

/** What is trained, and how; `B` is what a step takes, one label for each example. */
export interface TrainingJob<B extends { readonly labels: ArrayLike<unknown> }> {
  readonly phase: string;
  /** θ before the first step. */
  readonly initial: ReadonlyMap<string, NamedArray>;
  readonly optimizer: AdamWSettings;
  /** What weight decay acts on; the default is every parameter. */
  readonly decayed?: 'all' | 'matrices';
  readonly schedule: TrainingSchedule;
  /** The batches from a step on, one for each step; a function of the step alone. */
  readonly batchesFrom: (step: number) => AsyncGenerator<B, void, void>;
  /** Loss and gradient at θ for the batch of a step; a function of its arguments alone. */
  readonly gradientAt: (params: ParamTree, batch: B, step: number) => LossGradient;
  readonly context: RunContext;
}

/**
 * Trains from the newest checkpoint of the run, or from the start, to the last step.
 *
 * @returns θ after the last step; equal bits whether or not the run was interrupted, on an engine
 *   that is deterministic
 * @throws {AppError} `diverged` if the loss or the gradient is no longer a number
 */
export async function train<B extends { readonly labels: ArrayLike<unknown> }>(
  job: TrainingJob<B>,
): Promise<Map<string, NamedArray>> {
  const { schedule, context } = job;
  const checkpoints = new CheckpointFolder(context.runDirectory);
  const saved = await checkpoints.readNewest((name) =>
    context.warn(`the checkpoint ${name} is damaged and is not used`),
  );
  const state = saved === null ? null : decodeTrainingState(saved.bytes);
  let params: ParamTree = treeFromArrays(state?.params ?? job.initial);
  const optimizer = new AdamW(job.optimizer, state?.optimizer ?? initialAdamWState(params), job.decayed);
  const start = saved?.step ?? 0;
  if (start > 0) context.log(`continues after step ${start}`);

  const meter = context.meter(job.phase, { total: schedule.steps, start, unit: 'steps' });
  let done = start;
  try {
    for await (const batch of job.batchesFrom(start)) {
      const next = takeStep(job, optimizer, params, batch, done);
      disposeTree(params);
      params = next;
      done += 1;
      meter.update(done);
      await context.listen();
      // A cancelled run keeps what it has done since the last regular checkpoint.
      const isDue = done % schedule.checkpointEvery === 0 || context.isCancelled;
      if (isDue && done < schedule.steps) {
        const state = { params: treeToArrays(params), optimizer: optimizer.exportState() };
        await context.flushEvents();
        await checkpoints.write(done, encodeTrainingState(state));
      }
      await context.breathe();
    }
    const trained = treeToArrays(params);
    if ([...trained.values()].every(({ data }) => data.every(Number.isFinite))) return trained;
    throw diverged(schedule.steps - 1, 'the parameters are not finite after it');
  } finally {
    disposeTree(params);
    optimizer.dispose();
  }
}

function takeStep<B extends { readonly labels: ArrayLike<unknown> }>(
  job: TrainingJob<B>,
  optimizer: AdamW,
  params: ParamTree,
  batch: B,
  step: number,
): ParamTree {
  const { gradientAt, schedule, context } = job;
  const learningRate = learningRateAt(step, schedule, job.optimizer.learningRate);
  const { loss, gradient, correct } = orDiverged(step, () => gradientAt(params, batch, step));
  const clipped = clipByGlobalNorm(gradient, schedule.clipNorm ?? Number.POSITIVE_INFINITY);
  disposeTree(gradient);
  try {
    assertFinite(step, loss, clipped.norm);
    context.metric('loss', step, loss);
    context.metric('batchTop1', step, correct / batch.labels.length);
    context.metric('gradientNorm', step, clipped.norm);
    context.metric('learningRate', step, learningRate);
    return optimizer.update(params, clipped.gradient, learningRate);
  } finally {
    disposeTree(clipped.gradient);
  }
}

function assertFinite(step: number, loss: number, gradientNorm: number): void {
  if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) return;
  throw diverged(step, `loss ${loss}, gradient norm ${gradientNorm}`);
}

/** Features that are no numbers are, in training, what divergence looks like first. */
function orDiverged<T>(step: number, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'non_finite_features') throw error;
    throw diverged(step, error.message, error);
  }
}

function diverged(step: number, what: string, cause?: unknown): AppError {
  return new AppError('diverged', `Training diverged at step ${step + 1}: ${what}.`, { step }, { cause });
}
