import type { BenchmarkNegation, BenchmarkResults, SeedResult } from '#contract/benchmark-results';
import { AppError } from '#contract/errors';
import type { AdditionResult, TaskAccuracies } from '#contract/results';
import { pretrainedOf, singleTaskOf } from '../seed-accuracies';
import { meanOfAll, sameCoef } from '../task-spreads';
import { methodFiles, valName, ZERO_SHOT_FILE } from './file-names';
import { pythonFloat, pythonJson, type FloatTree } from './python-json';

type Floats = Record<string, FloatTree>;

/**
 * Writes one seed's results as the reference implementation (gortizji/tangent_task_arithmetic, the `eval_*.py`
 * scripts) leaves them in a folder: fractions, with the same names, keys, number texts and indentation.
 *
 * The control is written under its own name: `ImageNet` and `ImageNetVal` where it is ImageNet. What was
 * measured beside the reference's protocol (α = 1, counts) has no place there.
 *
 * @param seed which of the seeds
 * @returns file name → text; no file for what was not measured
 * @throws {AppError} `invalid_input` if no method has the seed; `study_unmeasured` if nothing of it was measured
 */
export function writeReferenceLayout(results: BenchmarkResults, seed: number): Record<string, string> {
  const found = results.methods.flatMap(({ method, seeds }) =>
    seeds.filter((result) => result.seed === seed).map((result) => ({ method, result })),
  );
  if (found.length === 0)
    throw new AppError('invalid_input', `There are no results for seed ${seed}.`, { seed });
  const files: Record<string, string> = {};
  const put = (file: string, content: Floats, indent: number | null): void => {
    if (Object.keys(content).length > 0) files[file] = pythonJson(content, indent);
  };
  const seeds = found.map(({ result }) => result);
  put(ZERO_SHOT_FILE, zeroShot(results, seeds), null);
  for (const { method, result } of found) {
    const names = methodFiles(method);
    put(names.single, singleTask(results.tasks, result), null);
    if (result.addition !== null) put(names.additions, additions(result.addition), 4);
    if (result.negation !== null) put(names.negations, negations(result.negation), 4);
  }
  if (Object.keys(files).length === 0) {
    throw new AppError('study_unmeasured', `Nothing of seed ${seed} was measured yet.`, { seed });
  }
  return files;
}

function zeroShot({ tasks, control }: BenchmarkResults, seeds: readonly SeedResult[]): Floats {
  const content: Floats = {};
  for (const task of tasks) {
    const test = seeds.map((seed) => pretrainedOf(seed)(task)?.top1).find((top1) => top1 !== undefined);
    const val = seeds.map((seed) => pretrainedVal(seed, task)).find((top1) => top1 !== undefined);
    if (test !== undefined) content[task] = test;
    if (val !== undefined) content[valName(task)] = val;
  }
  const pretrained = seeds.find(({ negation }) => negation !== null)?.negation?.pretrainedControl;
  if (control === null || pretrained === undefined) return content;
  return { ...content, [valName(control)]: pretrained.val.top1, [control]: pretrained.test.top1 };
}

/** The sweep's α = 0 is the pre-trained model on validation data. */
function pretrainedVal({ addition, negation }: SeedResult, task: string): number | undefined {
  const atZero = addition?.sweep.find(({ scalingCoef }) => sameCoef(scalingCoef, 0))?.val;
  const added = atZero?.tasks.find((accuracy) => accuracy.task === task);
  if (added !== undefined) return added.top1;
  const sweep = negation?.tasks.find((negated) => negated.task === task)?.sweep;
  return sweep?.find(({ scalingCoef }) => sameCoef(scalingCoef, 0))?.val.target.top1;
}

function singleTask(tasks: readonly string[], seed: SeedResult): Floats {
  const content: Floats = {};
  for (const task of tasks) {
    const test = singleTaskOf(seed, 'test')(task);
    const val = singleTaskOf(seed, 'val')(task);
    if (test !== undefined) content[task] = test.top1;
    if (val !== undefined) content[valName(task)] = val.top1;
  }
  return content;
}

function additions({ test, sweep }: AdditionResult): Floats {
  const metrics = ({ tasks, averageTop1, averageNormalizedTop1 }: TaskAccuracies, split: 'val' | 'test') => {
    const name = (task: string) => (split === 'val' ? valName(task) : task);
    return {
      ...Object.fromEntries(tasks.map(({ task, top1 }) => [`${name(task)}:top1`, top1])),
      ...Object.fromEntries(
        tasks.map(({ task, normalizedTop1 }) => [`${name(task)}:normalized_top1`, normalizedTop1]),
      ),
      avg_normalized_top1: averageNormalizedTop1,
      avg_top1: averageTop1,
    };
  };
  return {
    test: metrics(test, 'test'),
    val: Object.fromEntries(
      sweep.map(({ scalingCoef, val }) => [pythonFloat(scalingCoef), metrics(val, 'val')]),
    ),
  };
}

function negations({ tasks }: BenchmarkNegation): Floats {
  return Object.fromEntries(
    tasks.map(({ task, singleTask: { val: single }, sweep, test }) => [
      task,
      {
        test: test.target.top1,
        test_control: test.control.top1,
        val: Object.fromEntries(
          sweep.map(({ scalingCoef, val }) => {
            const ratio = single.top1 === 0 ? null : val.target.top1 / single.top1;
            const metrics = {
              [`${valName(task)}:top1`]: val.target.top1,
              [`${valName(val.control.task)}:top1`]: val.control.top1,
              [`${valName(task)}:normalized_top1`]: ratio,
              avg_normalized_top1: meanOfAll([ratio]),
              avg_top1: val.target.top1,
            };
            return [pythonFloat(scalingCoef), metrics];
          }),
        ),
      },
    ]),
  );
}
