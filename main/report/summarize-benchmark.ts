import type { BenchmarkResults } from '#contract/benchmark-results';
import type { BenchmarkSummary } from '#contract/benchmark-summary';
import { classCountOf, nonLinearAdvantages } from './non-linear-advantage';
import { pretrainedOf } from './seed-accuracies';
import { summarizeMethod } from './summarize-method';
import { meanOfAll } from './task-spreads';

/**
 * Reduces the results of a benchmark to what its tables and figures show: per method the spreads over
 * seeds of single-task models, addition and negation; zero-shot accuracies; the non-linear advantage;
 * and what a random θ0 gives beside chance, (1/T) Σ_t 1/C_t.
 */
export function summarizeBenchmark(results: BenchmarkResults): BenchmarkSummary {
  const { tasks } = results;
  return {
    format: 'tangent-benchmark-summary/1',
    title: results.title,
    model: results.model,
    tasks,
    control: results.control,
    zeroShot: zeroShot(results),
    methods: results.methods.map((method) => summarizeMethod(method, tasks)),
    advantages: nonLinearAdvantages(results),
    randomInit: {
      methods: results.randomInit.map((method) => summarizeMethod(method, tasks)),
      chance: meanOfAll(
        tasks.map((task) => {
          const classCount = classCountOf(results, task);
          return classCount === null ? null : 1 / classCount;
        }),
      ),
    },
  };
}

/** The pre-trained model is the same for all methods and seeds: the first that measured a task says it. */
function zeroShot({ methods, tasks }: BenchmarkResults): BenchmarkSummary['zeroShot'] {
  const seeds = methods.flatMap((method) => method.seeds);
  const accuracies = tasks.map(
    (task) => seeds.map((seed) => pretrainedOf(seed)(task)?.top1).find((top1) => top1 !== undefined) ?? null,
  );
  const control = seeds.find(({ negation }) => negation !== null)?.negation?.pretrainedControl;
  return {
    tasks: accuracies,
    average: meanOfAll(accuracies),
    control: control === undefined ? null : { val: control.val.top1, test: control.test.top1 },
  };
}
