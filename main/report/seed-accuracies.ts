import type { MethodResult, SeedResult } from '#contract/benchmark-results';
import type { Accuracy } from '#contract/results';

/** Finds the accuracy of a task by its name; undefined where it was not measured. */
export type AccuracyOf = (task: string) => Accuracy | undefined;

const byTask =
  (accuracies: readonly Accuracy[] | undefined): AccuracyOf =>
  (task) =>
    accuracies?.find((accuracy) => accuracy.task === task);

/**
 * Returns the accuracies of single-task models (α = 1) that a seed has: with its addition, else with its
 * negation, else on their own.
 */
export function singleTaskOf(seed: SeedResult, split: 'val' | 'test'): AccuracyOf {
  const { addition, negation, alone } = seed;
  if (addition !== null) return byTask(addition.singleTask[split].tasks);
  if (negation !== null) return byTask(negation.tasks.map((task) => task.singleTask[split]));
  return byTask(alone?.singleTask[split].tasks);
}

/** Returns the accuracies of the pre-trained model (α = 0) on test splits that a seed has. */
export function pretrainedOf(seed: SeedResult): AccuracyOf {
  const { addition, negation, alone } = seed;
  if (addition !== null) return byTask(addition.pretrained.tasks);
  if (negation !== null) return byTask(negation.tasks.map(({ pretrained }) => pretrained));
  return byTask(alone?.pretrained?.tasks);
}

/** Names a method as tables and warnings do. */
export function methodName(method: MethodResult['method']): string {
  return { standard: 'Non-linear FT', posthoc: 'Post-hoc linearized', linear: 'Linear FT' }[method];
}
