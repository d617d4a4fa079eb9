import type { BenchmarkResults, SeedResult } from '#contract/benchmark-results';
import type { AdvantageSummary } from '#contract/benchmark-summary';
import { singleTaskOf } from './seed-accuracies';
import { taskSpreads } from './task-spreads';

/**
 * Returns the non-linear advantage of single-task models over post-hoc linearised ones (Fig. 2 of arXiv
 * 2305.12827) and over those fine-tuned in the tangent space (Fig. 5), for each seed that both have.
 *
 * Raw: acc_nl − acc_lin. Normalised: [err_lin − err_nl] / (1 − 1/C) = (acc_nl − acc_lin) / (1 − 1/C), in
 * [−1,1]: 0 is no gap, 1 a perfect model against chance. The reference implementation has it twice with
 * its arguments in opposite order; here it is positive where the non-linear model is better.
 */
export function nonLinearAdvantages(results: BenchmarkResults): AdvantageSummary[] {
  const seedsOf = (wanted: string): readonly SeedResult[] =>
    results.methods.find(({ method }) => method === wanted)?.seeds ?? [];
  return (['posthoc', 'linear'] as const).flatMap((against) => {
    const pairs = seedsOf('standard').flatMap((standard) => {
      const other = seedsOf(against).find(({ seed }) => seed === standard.seed);
      return other === undefined ? [] : [{ seed: standard.seed, standard, other }];
    });
    const raw = ({ standard, other }: (typeof pairs)[number], task: string): number | null => {
      const nonLinear = singleTaskOf(standard, 'test')(task);
      const linear = singleTaskOf(other, 'test')(task);
      return nonLinear === undefined || linear === undefined ? null : nonLinear.top1 - linear.top1;
    };
    const normalized = (pair: (typeof pairs)[number], task: string): number | null => {
      const gap = raw(pair, task);
      const classCount = classCountOf(results, task);
      return gap === null || classCount === null ? null : gap / (1 - 1 / classCount);
    };
    const advantage: AdvantageSummary = {
      against,
      raw: taskSpreads(pairs, results.tasks, raw),
      normalized: taskSpreads(pairs, results.tasks, normalized),
    };
    return advantage.raw.tasks.some((spread) => spread !== null) ? [advantage] : [];
  });
}

/** C of a task; null where it is not known. */
export function classCountOf(results: BenchmarkResults, task: string): number | null {
  const count = results.classCounts.at(results.tasks.indexOf(task));
  return count === undefined || count < 2 ? null : count;
}
