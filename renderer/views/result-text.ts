import type { AdditionResult, MergeResult } from '#contract/results';

/** The result table as tab-separated text, with fractions and not percent, at full precision. */
export function toTabSeparated(results: readonly (AdditionResult | MergeResult)[]): string {
  const header = ['quantity', 'mode', 'scalingCoef', 'task', 'correct', 'count', 'top1', 'normalizedTop1'];
  const rows = results.flatMap(({ mode, pretrained, singleTask, test, chosenScalingCoef }) =>
    [
      { quantity: 'pretrained', scalingCoef: 0, accuracies: pretrained },
      { quantity: 'singleTask', scalingCoef: 1, accuracies: singleTask.test },
      { quantity: 'added', scalingCoef: chosenScalingCoef, accuracies: test },
    ].flatMap(({ quantity, scalingCoef, accuracies }) =>
      accuracies.tasks.map(({ task, correct, count, top1, normalizedTop1 }) => [
        quantity,
        mode,
        scalingCoef,
        task,
        correct,
        count,
        top1,
        normalizedTop1 ?? '',
      ]),
    ),
  );
  return [header, ...rows].map((row) => row.join('\t')).join('\n');
}
