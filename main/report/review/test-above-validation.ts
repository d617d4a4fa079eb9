import type { BenchmarkResults } from '#contract/benchmark-results';
import type { Accuracy } from '#contract/results';
import type { ReviewWarning } from '#contract/review';
import { methodName, singleTaskOf } from '../seed-accuracies';
import { percent } from './percent';

/**
 * Warns where a single-task model is far better on test data than on validation data:
 * p_test − p_val > max(0.03, 4 · √(p_test(1−p_test)/n_test + p_val(1−p_val)/n_val)). One warning per task and method,
 * with the seed of the largest gap.
 */
export function testAboveValidation(results: BenchmarkResults): ReviewWarning[] {
  return results.methods.flatMap(({ method, seeds }) =>
    results.tasks.flatMap((task): ReviewWarning[] => {
      const gaps = seeds.flatMap((seed) => {
        const test = singleTaskOf(seed, 'test')(task);
        const val = singleTaskOf(seed, 'val')(task);
        if (test === undefined || val === undefined || !isFarAbove(test, val)) return [];
        return [{ seed: seed.seed, test: test.top1, val: val.top1 }];
      });
      if (gaps.length === 0) return [];
      const widest = gaps.reduce((a, b) => (b.test - b.val > a.test - a.val ? b : a));
      return [
        {
          rule: 'test-above-validation',
          finding:
            `${methodName(method)} on ${task}: the single-task model has ${percent(widest.test)} on test but only ` +
            `${percent(widest.val)} on validation (seed ${widest.seed}; ${gaps.length} of ${seeds.length} seeds).`,
          advice:
            'Look for test images among the training images, as in checkpoints of DTD that were trained on all ' +
            '5,640 of its images and reach 98 % on test; train again on the training split alone.',
        },
      ];
    }),
  );
}

function isFarAbove(test: Accuracy, val: Accuracy): boolean {
  const variance = ({ top1, count }: Accuracy): number => (top1 * (1 - top1)) / count;
  return test.top1 - val.top1 > Math.max(0.03, 4 * Math.sqrt(variance(test) + variance(val)));
}
