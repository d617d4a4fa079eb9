import type { BenchmarkResults, MethodResult, SeedResult } from '#contract/benchmark-results';
import type { Accuracy, AdditionResult, NegationResult, TaskAccuracies } from '#contract/results';
import type { EvaluationMode } from '#contract/specs/common';

/** Names of the example's tasks, with 10 and 4 classes. */
export const exampleTasks = ['digits', 'shapes'] as const;

/** An accuracy of `correct` in 1,000 images. */
export function accuracy(task: string, correct: number, count = 1000): Accuracy {
  return { task, dataset: '0'.repeat(64), correct, count, top1: correct / count };
}

/** Accuracies of both tasks in thousandths, with ratios to the single-task ones. */
export function accuracies(correct: readonly number[], single: readonly number[]): TaskAccuracies {
  const tasks = exampleTasks.map((task, t) => ({
    ...accuracy(task, correct[t]),
    normalizedTop1: correct[t] / 1000 / (single[t] / 1000),
  }));
  return {
    tasks,
    averageTop1: (tasks[0].top1 + tasks[1].top1) / 2,
    averageNormalizedTop1: (tasks[0].normalizedTop1 + tasks[1].normalizedTop1) / 2,
  };
}

/** Thousandths of both tasks. */
interface AdditionNumbers {
  readonly single: readonly number[];
  readonly added: readonly number[];
  readonly atOne: readonly number[];
}

/** An addition that chooses α = 0.5 of 0, 0.5, 1; validation accuracies are the test accuracies. */
export function exampleAddition(
  mode: EvaluationMode,
  { single, added, atOne }: AdditionNumbers,
): AdditionResult {
  const pretrained = [400, 500];
  return {
    format: 'tangent-addition/1',
    mode,
    vectorKind: mode === 'linear' ? 'linear' : 'standard',
    pretrained: accuracies(pretrained, single),
    singleTask: { val: accuracies(single, single), test: accuracies(single, single) },
    sweep: [
      { scalingCoef: 0, val: accuracies(pretrained, single) },
      { scalingCoef: 0.5, val: accuracies(added, single) },
      { scalingCoef: 1, val: accuracies(atOne, single) },
    ],
    chosenScalingCoef: 0.5,
    test: accuracies(added, single),
    testAtOne: accuracies(atOne, single),
  };
}

/** A negation that chooses α = 0.5 for each task: target as given, control 620 of a pre-trained 640. */
export function exampleNegation(
  mode: EvaluationMode,
  { single, target }: { single: readonly number[]; target: readonly number[] },
): NegationResult {
  const pretrained = [400, 500];
  const control = (correct: number) => accuracy('objects', correct);
  return {
    format: 'tangent-negation/1',
    mode,
    vectorKind: mode === 'linear' ? 'linear' : 'standard',
    controlThreshold: 0.95,
    pretrainedControl: { val: control(640), test: control(640) },
    tasks: exampleTasks.map((task, t) => ({
      task,
      pretrained: accuracy(task, pretrained[t]),
      singleTask: { val: accuracy(task, single[t]), test: accuracy(task, single[t]) },
      sweep: [
        { scalingCoef: 0, val: { target: accuracy(task, pretrained[t]), control: control(640) } },
        { scalingCoef: 0.5, val: { target: accuracy(task, target[t]), control: control(620) } },
        { scalingCoef: 1, val: { target: accuracy(task, target[t] - 50), control: control(500) } },
      ],
      chosenScalingCoef: 0.5,
      test: { target: accuracy(task, target[t]), control: control(620) },
      testAtOne: { target: accuracy(task, target[t] - 50), control: control(500) },
    })),
    averageTargetTop1: (target[0] + target[1]) / 2000,
    averageControlTop1: 0.62,
  };
}

/** What one method gives with one seed: each seed adds one thousandth to all of it. */
function exampleSeed(mode: EvaluationMode, seed: number, shift: number): SeedResult {
  const single = [900 + shift + seed, 800 + shift + seed];
  return {
    seed,
    addition: exampleAddition(mode, {
      single,
      added: [700 + 2 * shift + seed, 600 + 2 * shift + seed],
      atOne: [500 + seed, 400 + seed],
    }),
    negation: exampleNegation(mode, { single, target: [200 - shift - seed, 100 - shift - seed] }),
  };
}

const exampleMethod = (method: EvaluationMode, shift: number, seeds: readonly number[]): MethodResult => ({
  method,
  seeds: seeds.map((seed) => exampleSeed(method, seed, shift)),
});

/** Results of three methods that differ clearly, with which no reviewer finds fault. */
export function exampleBenchmark(seeds: readonly number[] = [0, 1, 2]): BenchmarkResults {
  return {
    format: 'tangent-benchmark-results/1',
    title: 'example',
    model: 'starter',
    tasks: [...exampleTasks],
    classCounts: [10, 4],
    control: 'objects',
    methods: [
      exampleMethod('standard', 0, seeds),
      exampleMethod('posthoc', -40, seeds),
      exampleMethod('linear', 40, seeds),
    ],
    randomInit: [exampleMethod('standard', -300, seeds)],
    notes: [],
  };
}

/** Returns the results with those of one method and seed changed. */
export function withSeed(
  results: BenchmarkResults,
  method: EvaluationMode,
  change: (seed: SeedResult) => SeedResult,
): BenchmarkResults {
  return {
    ...results,
    methods: results.methods.map((entry) =>
      entry.method === method ? { ...entry, seeds: entry.seeds.map((seed) => change(seed)) } : entry,
    ),
  };
}
