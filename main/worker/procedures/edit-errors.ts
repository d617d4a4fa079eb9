import { AppError } from '#contract/errors';
import type { Accuracy } from '#contract/results';

/**
 * Makes the error of accuracies that cannot be normalised.
 *
 * @param singleVal validation accuracies of the single-task models
 */
export function withoutNormalizer(singleVal: readonly Accuracy[]): AppError {
  const tasks = singleVal.filter(({ correct }) => correct === 0).map(({ task }) => task);
  return new AppError(
    'invalid_input',
    `No α can be chosen: the single-task model of ${tasks.join(', ')} classifies no validation image rightly, ` +
      'so its accuracies cannot be normalised. Train it longer, or give it more validation images.',
    { tasks },
  );
}

/** Makes the error of a control that is also to be negated. */
export function controlIsTarget(name: string, dataset: string): AppError {
  return new AppError(
    'invalid_input',
    `${name} is both the control and a task to be negated; take a control that no task vector was trained on.`,
    { dataset },
  );
}
