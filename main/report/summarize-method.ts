import type { BenchmarkNegation, MethodResult, SeedResult } from '#contract/benchmark-results';
import type {
  AddedSpreads,
  AdditionSummary,
  MethodSummary,
  NegationSummary,
  TaskSpreads,
} from '#contract/benchmark-summary';
import type { AdditionResult, TaskAccuracies } from '#contract/results';
import { pretrainedOf, singleTaskOf } from './seed-accuracies';
import { meanOfAll, mergeCoefs, sameCoef, seedSpread, taskSpreads } from './task-spreads';

interface SeedOf<R> {
  readonly seed: number;
  readonly result: R;
}

/** Reduces one method's results to spreads over its seeds. */
export function summarizeMethod({ method, seeds }: MethodResult, tasks: readonly string[]): MethodSummary {
  return {
    method,
    seeds: seeds.map(({ seed }) => seed),
    pretrained: taskSpreads(seeds, tasks, (seed, task) => pretrainedOf(seed)(task)?.top1),
    singleTask: taskSpreads(seeds, tasks, (seed, task) => singleTaskOf(seed, 'test')(task)?.top1),
    addition: summarizeAddition(
      pick(seeds, ({ addition }) => addition),
      tasks,
    ),
    negation: summarizeNegation(
      pick(seeds, ({ negation }) => negation),
      tasks,
    ),
  };
}

function pick<R>(seeds: readonly SeedResult[], read: (seed: SeedResult) => R | null): SeedOf<R>[] {
  return seeds.flatMap((seed) => {
    const result = read(seed);
    return result === null ? [] : [{ seed: seed.seed, result }];
  });
}

function summarizeAddition(
  seeds: readonly SeedOf<AdditionResult>[],
  tasks: readonly string[],
): AdditionSummary | null {
  const chosenScalingCoef = seedSpread(seeds, ({ result }) => result.chosenScalingCoef);
  if (chosenScalingCoef === null) return null;
  const valAt = (result: AdditionResult, coef: number) =>
    result.sweep.find(({ scalingCoef }) => sameCoef(scalingCoef, coef))?.val;
  return {
    chosenScalingCoef,
    tuned: addedSpreads(seeds, tasks, (result) => result.test),
    atOne: seeds.some(({ result }) => result.testAtOne !== null)
      ? addedSpreads(seeds, tasks, (result) => result.testAtOne)
      : null,
    curve: mergeCoefs(seeds.map(({ result }) => result.sweep)).flatMap((scalingCoef) => {
      const absolute = seedSpread(seeds, ({ result }) => valAt(result, scalingCoef)?.averageTop1);
      const normalized = seedSpread(seeds, ({ result }) => valAt(result, scalingCoef)?.averageNormalizedTop1);
      return absolute === null ? [] : [{ scalingCoef, absolute, normalized }];
    }),
  };
}

/** The normalised accuracy is taken again from its definition: top1 / single-task top1, of the same method and seed. */
function addedSpreads(
  seeds: readonly SeedOf<AdditionResult>[],
  tasks: readonly string[],
  read: (result: AdditionResult) => TaskAccuracies | null,
): AddedSpreads {
  const top1 = (accuracies: TaskAccuracies | null, task: string) =>
    accuracies?.tasks.find((accuracy) => accuracy.task === task)?.top1;
  return {
    absolute: taskSpreads(seeds, tasks, ({ result }, task) => top1(read(result), task)),
    normalized: taskSpreads(seeds, tasks, ({ result }, task) => {
      const added = top1(read(result), task);
      const single = top1(result.singleTask.test, task);
      return added === undefined || single === undefined || single === 0 ? null : added / single;
    }),
  };
}

function summarizeNegation(
  seeds: readonly SeedOf<BenchmarkNegation>[],
  tasks: readonly string[],
): NegationSummary | null {
  if (seeds.length === 0) return null;
  const spreads = (read: (task: BenchmarkNegation['tasks'][number]) => number | undefined): TaskSpreads =>
    taskSpreads(seeds, tasks, ({ result }, name) => {
      const found = result.tasks.find(({ task }) => task === name);
      return found === undefined ? undefined : read(found);
    });
  /** The average over tasks of a validation accuracy at one α. */
  const valAt = (result: BenchmarkNegation, coef: number, side: 'target' | 'control') =>
    meanOfAll(
      result.tasks.map(
        ({ sweep }) => sweep.find(({ scalingCoef }) => sameCoef(scalingCoef, coef))?.val[side].top1,
      ),
    );
  const sweeps = seeds.flatMap(({ result }) => result.tasks.map(({ sweep }) => sweep));
  return {
    controlThreshold: seeds[0].result.controlThreshold,
    chosenScalingCoefs: spreads(({ chosenScalingCoef }) => chosenScalingCoef),
    target: spreads(({ test }) => test.target.top1),
    control: spreads(({ test }) => test.control.top1),
    atOne: seeds.some(({ result }) => result.tasks.some(({ testAtOne }) => testAtOne !== null))
      ? {
          target: spreads(({ testAtOne }) => testAtOne?.target.top1),
          control: spreads(({ testAtOne }) => testAtOne?.control.top1),
        }
      : null,
    curve: mergeCoefs(sweeps).flatMap((scalingCoef) => {
      const target = seedSpread(seeds, ({ result }) => valAt(result, scalingCoef, 'target'));
      const control = seedSpread(seeds, ({ result }) => valAt(result, scalingCoef, 'control'));
      return target === null || control === null ? [] : [{ scalingCoef, target, control }];
    }),
  };
}
