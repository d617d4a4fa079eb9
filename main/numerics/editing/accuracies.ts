import type { Accuracy, TaskAccuracies } from '#contract/results';

/**
 * Collects the accuracies of one model on several tasks and their two means.
 *
 * averageTop1 = (1/T) Σ_t top1_t; averageNormalizedTop1 = (1/T) Σ_t top1_t / single_t, a mean of
 * ratios and not a ratio of means, as in `eval.py` of the reference implementation of
 * arXiv 2305.12827.
 *
 * @param accuracies one per task
 * @param singleTask top-1 of each task's own single-task model, of the same method and split, in the same order
 * @returns both means; the normalised one is null if a single-task accuracy is 0
 */
export function summarizeAccuracies(
  accuracies: readonly Accuracy[],
  singleTask: readonly Accuracy[],
): TaskAccuracies {
  const tasks = accuracies.map((accuracy, t) => {
    const normalizer = singleTask[t].top1;
    return { ...accuracy, normalizedTop1: normalizer > 0 ? accuracy.top1 / normalizer : null };
  });
  const ratios = tasks.map((task) => task.normalizedTop1);
  return {
    tasks,
    averageTop1: mean(tasks.map((task) => task.top1)),
    averageNormalizedTop1: ratios.every((ratio) => ratio !== null) ? mean(ratios) : null,
  };
}

/** Returns the unweighted mean of values, at least one. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
