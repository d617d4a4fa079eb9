import type { EvaluationMode } from '#contract/specs/common';
import type { TaskVector } from '#numerics/editing/task-vector';
import type { RunContext } from '../run-context';

/**
 * Warns where a task vector is used in a model it was not trained in: the result is a legitimate
 * question, but it is none of the paper's three methods.
 */
export function warnAboutKind(vector: TaskVector, mode: EvaluationMode, context: RunContext): void {
  const expected = mode === 'linear' ? 'linear' : 'standard';
  if (vector.kind === expected) return;
  context.warn(
    `mode ${mode} expects task vectors of kind ${expected}, but the one of ${vector.label} is ${vector.kind}; ` +
      'the numbers are right for what was asked, and are not those of the paper’s method of this name',
  );
}
