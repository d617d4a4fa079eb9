import type { Accuracy, AdditionResult, TaskAccuracies } from '#contract/results';
import { meanOfAll, sameCoef } from '../task-spreads';
import { chooseCoef, findOtherCoef } from './choose-coef';
import type { MakeAccuracy } from './count-images';
import { valName } from './file-names';
import { wrongField, type AccuracyFile, type MethodContent, type SweepContent } from './parse-files';

/** What reading needs beside a method's own files. */
export interface ReadContext {
  readonly zeroShot: AccuracyFile;
  readonly single: AccuracyFile;
  readonly accuracy: MakeAccuracy;
  readonly note: (text: string) => void;
}

/** Returns a sweep with its coefficients as numbers, ascending, and their own text. */
export function sortSweep(sweep: SweepContent): { scalingCoef: number; key: string }[] {
  return Object.keys(sweep)
    .map((key) => ({ scalingCoef: Number(key), key }))
    .sort((a, b) => a.scalingCoef - b.scalingCoef);
}

/**
 * Returns a value of a file that must be there, as a fraction.
 *
 * @throws {AppError} `invalid_input` naming the file and the field
 */
export function requireTop1(
  file: string,
  path: readonly string[],
  values: Readonly<Record<string, number | null>>,
  key: string,
): number {
  const value = Object.hasOwn(values, key) ? values[key] : null;
  if (value === null) throw wrongField(file, [...path, key], 'is missing');
  if (value < 0 || value > 1) throw wrongField(file, [...path, key], `${value} is no fraction`);
  return value;
}

/** Collects accuracies with their ratios top1 / single-task top1 and both means (a mean of ratios). */
export function withRatios(
  accuracies: readonly Accuracy[],
  singles: readonly (Accuracy | null)[],
): TaskAccuracies {
  const tasks = accuracies.map((accuracy, t) => {
    const single = singles[t];
    return {
      ...accuracy,
      normalizedTop1: single === null || single.top1 === 0 ? null : accuracy.top1 / single.top1,
    };
  });
  return {
    tasks,
    averageTop1: meanOfAll(tasks.map(({ top1 }) => top1)) ?? 0,
    averageNormalizedTop1: meanOfAll(tasks.map(({ normalizedTop1 }) => normalizedTop1)),
  };
}

/**
 * Reads an additions file: the chosen α is found again from the stored sweep, as the smallest with the largest
 * mean normalised validation accuracy.
 *
 * @param tasks all tasks, in order; those that the file has are read
 * @throws {AppError} `invalid_input` naming the file and the field
 */
export function readAdditions(
  { method, names, additions }: MethodContent & { additions: NonNullable<MethodContent['additions']> },
  tasks: readonly string[],
  { zeroShot, single, accuracy, note }: ReadContext,
): AdditionResult {
  const file = names.additions;
  const own = tasks.filter((task) => `${task}:top1` in additions.test);
  if (own.length === 0) throw wrongField(file, ['test'], 'there is no task');
  const from = (source: AccuracyFile, split: 'val' | 'test') =>
    own.map((task) => {
      const name = split === 'val' ? valName(task) : task;
      return accuracy(task, split, requireTop1(source.file, [], source.content, name));
    });
  const singles = { val: from(single, 'val'), test: from(single, 'test') };
  const metrics = (
    split: 'val' | 'test',
    path: string[],
    values: Readonly<Record<string, number | null>>,
  ) => {
    const read = own.map((task) => {
      const name = split === 'val' ? valName(task) : task;
      return accuracy(task, split, requireTop1(file, path, values, `${name}:top1`));
    });
    const result = withRatios(read, singles[split]);
    const stored = values.avg_normalized_top1 ?? null;
    const computed = result.averageNormalizedTop1;
    if (stored !== null && computed !== null && Math.abs(stored - computed) > 1e-6) {
      otherNormalizers.add(path.join(' / '));
    }
    return result;
  };
  const otherNormalizers = new Set<string>();
  const sweep = sortSweep(additions.val).map(({ scalingCoef, key }) => ({
    scalingCoef,
    val: metrics('val', ['val', key], additions.val[key]),
  }));
  const chosen = chooseCoef(
    sweep.map(({ scalingCoef, val }) => ({ scalingCoef, score: val.averageNormalizedTop1, isAllowed: true })),
  );
  if (chosen < 0) throw wrongField(file, ['val'], 'no scaling coefficient can be chosen');
  const test = metrics('test', ['test'], additions.test);
  if (otherNormalizers.size > 0) {
    note(
      `${file}: the normalized averages at ${[...otherNormalizers].join(', ')} are not those by the single-task ` +
        `accuracies of ${single.file}; they were computed again.`,
    );
  }
  const pretrained = withRatios(from(zeroShot, 'test'), singles.test);
  const ratios = ({ tasks: list }: TaskAccuracies) => list.map(({ normalizedTop1 }) => normalizedTop1 ?? 0);
  const other = findOtherCoef(
    ratios(test),
    ratios(pretrained),
    sweep.map(({ scalingCoef, val }) => ({ scalingCoef, values: ratios(val) })),
    chosen,
  );
  const { scalingCoef } = sweep[chosen];
  if (other !== null) {
    note(
      `${file}: its sweep chooses α = ${scalingCoef.toFixed(2)}, but its test result seems to be that of α = ${other.toFixed(2)}.`,
    );
  }
  return {
    format: 'tangent-addition/1',
    mode: method,
    vectorKind: null,
    pretrained,
    singleTask: { val: withRatios(singles.val, singles.val), test: withRatios(singles.test, singles.test) },
    sweep,
    chosenScalingCoef: scalingCoef,
    test,
    testAtOne: sameCoef(scalingCoef, 1) ? test : null,
  };
}
