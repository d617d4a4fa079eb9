import { evaluationModeSchema, type EvaluationMode } from '#contract/specs/common';

/** Accuracies of the pre-trained model. */
export const ZERO_SHOT_FILE = 'zeroshot_accuracies.json';

const prefixes: Readonly<Record<EvaluationMode, string>> = {
  standard: '',
  posthoc: 'posthoc_',
  linear: 'linear_',
};

/** Names of a method's files: single-task accuracies, additions, negations. */
export function methodFiles(method: EvaluationMode): {
  single: string;
  additions: string;
  negations: string;
} {
  const prefix = prefixes[method];
  return {
    single: `${prefix}ft_accuracies.json`,
    additions: `${prefix}additions.json`,
    negations: `${prefix}negations.json`,
  };
}

/** Names of all files of results. */
export const referenceFileNames: readonly string[] = [
  ZERO_SHOT_FILE,
  ...evaluationModeSchema.options.flatMap((method) => Object.values(methodFiles(method))),
];

/** Name of a task's validation split, as in `CarsVal`. */
export const valName = (task: string): string => `${task}Val`;
