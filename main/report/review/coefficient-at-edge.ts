import type { BenchmarkResults } from '#contract/benchmark-results';
import type { ReviewWarning } from '#contract/review';
import { methodName } from '../seed-accuracies';
import { sameCoef } from '../task-spreads';

/** Validation accuracy on the control above its threshold from which on it does not bind α. */
const SLACK = 0.01;

/**
 * Warns where the α that was chosen is the largest of its grid, so that a larger one may be better. For
 * negation only where the control leaves room: its validation accuracy there is more than one point above
 * threshold · pre-trained. A grid of 0 alone has no upper edge.
 */
export function coefficientAtEdge({ methods }: BenchmarkResults): ReviewWarning[] {
  return methods.flatMap(({ method, seeds }) => {
    const added = seeds.flatMap(({ seed, addition }) => {
      if (addition === null) return [];
      const edge = edgeOf(addition.sweep, addition.chosenScalingCoef);
      return edge === null ? [] : [`addition with seed ${seed}`];
    });
    const negated = seeds.flatMap(({ seed, negation }) => {
      if (negation === null) return [];
      const least = negation.controlThreshold * negation.pretrainedControl.val.top1;
      const tasks = negation.tasks.filter(({ sweep, chosenScalingCoef }) => {
        const edge = edgeOf(sweep, chosenScalingCoef);
        return edge !== null && edge.val.control.top1 > least + SLACK;
      });
      if (tasks.length === 0) return [];
      return [`negation of ${tasks.map(({ task }) => task).join(', ')} with seed ${seed}`];
    });
    const found = [...added, ...negated];
    if (found.length === 0) return [];
    const warning: ReviewWarning = {
      rule: 'coefficient-at-edge',
      finding: `${methodName(method)}: the largest α of the grid was chosen for the ${found.join(' and the ')}.`,
      advice:
        'Look at the sweep over α: where it still improves at its end, a wider grid would find a better α; say so, since the paper’s grid ends at 1.',
    };
    return [warning];
  });
}

function edgeOf<P extends { readonly scalingCoef: number }>(sweep: readonly P[], chosen: number): P | null {
  const last = sweep.at(-1);
  return last !== undefined && last.scalingCoef > 0 && sameCoef(last.scalingCoef, chosen) ? last : null;
}
