import type { BenchmarkResults } from '#contract/benchmark-results';
import type { ReviewWarning } from '#contract/review';
import { methodName } from '../seed-accuracies';
import { percent } from './percent';

/** Distance of validation accuracy from the threshold that counts as near. */
const NEAR = 0.01;

/**
 * Warns where a negation that was chosen hardly keeps the control task: validation accuracy within one point of
 * threshold · pre-trained, or test accuracy below threshold · pre-trained. α = 0, which edits nothing, is not
 * looked at. One warning per method, with the worst case.
 */
export function controlNearThreshold({ methods }: BenchmarkResults): ReviewWarning[] {
  return methods.flatMap(({ method, seeds }) => {
    const found = seeds.flatMap(({ seed, negation }) => {
      if (negation === null) return [];
      const { controlThreshold, pretrainedControl, tasks } = negation;
      const least = {
        val: controlThreshold * pretrainedControl.val.top1,
        test: controlThreshold * pretrainedControl.test.top1,
      };
      return tasks.flatMap(({ task, sweep, chosenScalingCoef, test }) => {
        if (chosenScalingCoef === 0) return [];
        const val = sweep.find(({ scalingCoef }) => scalingCoef === chosenScalingCoef)?.val.control.top1;
        const isNear = val !== undefined && Math.abs(val - least.val) <= NEAR;
        const isBelow = test.control.top1 < least.test;
        return isNear || isBelow
          ? [{ seed, task, val, test: test.control.top1, least, isNear, isBelow }]
          : [];
      });
    });
    if (found.length === 0) return [];
    const worst = found.reduce((a, b) => (b.test - b.least.test < a.test - a.least.test ? b : a));
    const below = found.filter(({ isBelow }) => isBelow).length;
    const near = found.filter(({ isNear }) => isNear).length;
    const warning: ReviewWarning = {
      rule: 'control-near-threshold',
      finding:
        `${methodName(method)}: of all negations ${near} keep the control within one point of its threshold on ` +
        `validation and ${below} fall below it on test; nearest is ${worst.task} (seed ${worst.seed}) with ` +
        `${worst.val === undefined ? '–' : percent(worst.val)} against ${percent(worst.least.val)} on validation and ` +
        `${percent(worst.test)} against ${percent(worst.least.test)} on test.`,
      advice:
        'Report control accuracy with the target’s, on test too; the threshold holds for validation only, and a small change of α or of the validation images decides on which side it falls.',
    };
    return [warning];
  });
}
