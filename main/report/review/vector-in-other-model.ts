import type { BenchmarkResults } from '#contract/benchmark-results';
import type { ReviewWarning } from '#contract/review';
import { methodName } from '../seed-accuracies';

/**
 * Warns where results of one mode stand under another method, or where task vectors were evaluated in another
 * kind of model than the one that they were trained in, for example τ_lin in the non-linear f.
 */
export function vectorInOtherModel({ methods, randomInit }: BenchmarkResults): ReviewWarning[] {
  const findings = [...methods, ...randomInit].flatMap(({ method, seeds }) =>
    seeds.flatMap(({ seed, addition, negation }) =>
      [addition, negation].flatMap((result): string[] => {
        if (result === null) return [];
        const { mode, vectorKind } = result;
        const what = `${result.format === 'tangent-addition/1' ? 'addition' : 'negation'} of seed ${seed}`;
        if (mode !== method) {
          return [`The ${what} under ${methodName(method)} was evaluated as ${methodName(mode)}`];
        }
        const expected = mode === 'linear' ? 'linear' : 'standard';
        if (vectorKind === null || vectorKind === expected) return [];
        return [`The ${what} under ${methodName(method)} uses task vectors of ${vectorKind} fine-tuning`];
      }),
    ),
  );
  return findings.map((finding): ReviewWarning => ({
    rule: 'vector-in-other-model',
    finding: `${finding}, which is none of the paper’s three methods.`,
    advice:
      'Evaluate τ of linearized fine-tuning in the linearized model and τ of standard fine-tuning in f or post hoc; name the combination where it is meant.',
  }));
}
