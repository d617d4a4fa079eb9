import type { TrainingSchedule } from '#contract/specs/common';

/**
 * Returns the learning rate of a step: linear warm-up, then half a cosine down to zero.
 *
 * lr·(s+1)/W for s < W, else lr·½(1 + cos(π(s−W)/(S−W))). Source: `cosine_lr` of the reference
 * implementation of arXiv 2305.12827.
 *
 * @param step s, from 0 to S − 1
 * @param schedule S (`steps`) and W (`warmupSteps`)
 * @param learningRate lr, the peak
 * @returns the rate to use in this step
 */
export function learningRateAt(
  step: number,
  schedule: Pick<TrainingSchedule, 'steps' | 'warmupSteps'>,
  learningRate: number,
): number {
  const { steps: S, warmupSteps: W } = schedule;
  if (step < W) return (learningRate * (step + 1)) / W;
  return learningRate * 0.5 * (1 + Math.cos((Math.PI * (step - W)) / (S - W)));
}
