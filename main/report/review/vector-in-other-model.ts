import type { BenchmarkResults } from '#contract/benchmark-results';
import type { ReviewWarning } from '#contract/review';
import { methodName } from '../seed-accuracies';

/** How runs tell that a task vector was used in another model than the one it was trained in. */
const WARNING =
  /mode (standard|posthoc|linear) expects task vectors of kind \w+, but the one of (.+?) is (\w+)/;

/**
 * Warns where a task vector was evaluated in another kind of model than its method's: where results of one
 * mode stand under another method, or where a run has said so, for example of τ_lin in the non-linear f.
 */
export function vectorInOtherModel({ methods, randomInit, notes }: BenchmarkResults): ReviewWarning[] {
  const misplaced = [...methods, ...randomInit].flatMap(({ method, seeds }) =>
    seeds.flatMap(({ seed, addition, negation }) =>
      [addition, negation].flatMap((result): string[] => {
        if (result === null || result.mode === method) return [];
        const what = result.format === 'tangent-addition/1' ? 'addition' : 'negation';
        return [
          `the ${what} of seed ${seed} under ${methodName(method)} was evaluated as ${methodName(result.mode)}`,
        ];
      }),
    ),
  );
  const told = notes.flatMap((note) => {
    const match = WARNING.exec(note);
    if (match === null) return [];
    const [, mode, label, kind] = match;
    return [`the task vector of ${label}, trained as ${kind}, was evaluated in mode ${mode}`];
  });
  return [...new Set([...misplaced, ...told])].map((text): ReviewWarning => ({
    rule: 'vector-in-other-model',
    finding: `${text.charAt(0).toUpperCase()}${text.slice(1)}, which is none of the paper’s three methods.`,
    advice:
      'Evaluate τ of linearized fine-tuning in the linearized model and τ of standard fine-tuning in f or post hoc; name the combination where it is meant.',
  }));
}
