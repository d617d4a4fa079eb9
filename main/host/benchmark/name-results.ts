import type { AdditionResult, NegationResult, TaskAccuracies } from '#contract/results';

/**
 * Gives the tasks of a result the names that they have in the benchmark: a result bears the names under which
 * their datasets were imported. The order is the same in both.
 *
 * @param result of adding the benchmark's tasks
 * @param names of its tasks
 */
export function nameAddition(result: AdditionResult, names: readonly string[]): AdditionResult {
  const rename = (accuracies: TaskAccuracies): TaskAccuracies => ({
    ...accuracies,
    tasks: accuracies.tasks.map((accuracy, t) => ({ ...accuracy, task: names[t] })),
  });
  return {
    ...result,
    pretrained: rename(result.pretrained),
    singleTask: { val: rename(result.singleTask.val), test: rename(result.singleTask.test) },
    sweep: result.sweep.map(({ scalingCoef, val }) => ({ scalingCoef, val: rename(val) })),
    test: rename(result.test),
    testAtOne: result.testAtOne === null ? null : rename(result.testAtOne),
  };
}

/** Does the same for the negation of each task, and for the control. */
export function nameNegation(
  result: NegationResult,
  names: readonly string[],
  control: string,
): NegationResult {
  const rename = <T extends { readonly task: string }>(accuracy: T, task: string): T => ({
    ...accuracy,
    task,
  });
  const renameBoth = (edited: NegationResult['tasks'][number]['test'], task: string) => ({
    target: rename(edited.target, task),
    control: rename(edited.control, control),
  });
  return {
    ...result,
    pretrainedControl: {
      val: rename(result.pretrainedControl.val, control),
      test: rename(result.pretrainedControl.test, control),
    },
    tasks: result.tasks.map((negated, t) => ({
      ...negated,
      task: names[t],
      pretrained: rename(negated.pretrained, names[t]),
      singleTask: {
        val: rename(negated.singleTask.val, names[t]),
        test: rename(negated.singleTask.test, names[t]),
      },
      sweep: negated.sweep.map(({ scalingCoef, val }) => ({ scalingCoef, val: renameBoth(val, names[t]) })),
      test: renameBoth(negated.test, names[t]),
      testAtOne: renameBoth(negated.testAtOne, names[t]),
    })),
  };
}
