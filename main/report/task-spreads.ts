import type { SeedSpread, TaskSpreads } from '#contract/benchmark-summary';
import { mean, spreadOf } from './spread';

/**
 * Describes a quantity over the seeds that have it.
 *
 * @param read its value for a seed; null or undefined where there is none
 * @returns null if no seed has it
 */
export function seedSpread<S extends { readonly seed: number }>(
  seeds: readonly S[],
  read: (seed: S) => number | null | undefined,
): SeedSpread | null {
  const found = seeds.flatMap((seed) => {
    const value = read(seed);
    return typeof value === 'number' ? [{ seed: seed.seed, value }] : [];
  });
  if (found.length === 0) return null;
  const values = found.map(({ value }) => value);
  return { ...spreadOf(values), seeds: found.map(({ seed }) => seed), values };
}

/**
 * Describes a quantity of every task over seeds, and its average (1/T) Σ_t, which is taken for each seed
 * that has all tasks, and then over seeds.
 *
 * @param read its value for a seed and a task
 */
export function taskSpreads<S extends { readonly seed: number }>(
  seeds: readonly S[],
  tasks: readonly string[],
  read: (seed: S, task: string) => number | null | undefined,
): TaskSpreads {
  return {
    tasks: tasks.map((task) => seedSpread(seeds, (seed) => read(seed, task))),
    average: seedSpread(seeds, (seed) => meanOfAll(tasks.map((task) => read(seed, task)))),
  };
}

/** Returns the mean; null unless every value is there. */
export function meanOfAll(values: readonly (number | null | undefined)[]): number | null {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length === values.length && numbers.length > 0 ? mean(numbers) : null;
}

/** Tells whether two scaling coefficients are the same but for rounding. */
export function sameCoef(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-9;
}

/** Lists the scaling coefficients of several sweeps, ascending, each once. */
export function mergeCoefs(sweeps: readonly (readonly { readonly scalingCoef: number }[])[]): number[] {
  const sorted = sweeps
    .flat()
    .map(({ scalingCoef }) => scalingCoef)
    .sort((a, b) => a - b);
  return sorted.filter((coef, i) => i === 0 || !sameCoef(coef, sorted[i - 1]));
}
