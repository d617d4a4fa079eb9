import { assertSameLayouts, type NamedArrays } from '../task-vector';
import { sizeToKeep } from './largest-numbers';

/**
 * TIES: keeps the largest numbers of each vector, elects for every parameter the sign with the greater total
 * size, and takes the mean of the numbers that have it.
 *
 * Source: Yadav et al. 2023, "TIES-Merging", arXiv 2306.01708, algorithm 1.
 *
 * @param vectors τ_t
 * @param keep fraction of each vector that is kept; the paper uses 0.2
 * @throws {AppError} `params_mismatch` if the layouts differ
 */
export function ties(vectors: readonly NamedArrays[], keep: number): NamedArrays {
  assertSameLayouts(vectors);
  const least = vectors.map((vector) => sizeToKeep(vector, keep));
  return new Map(
    [...vectors[0]].map(([name, { shape, data }]) => {
      const numbers = vectors.map((vector) => vector.get(name)!.data);
      return [name, { shape, data: data.map((_, i) => mergeNumbers(numbers, i, least)) }];
    }),
  );
}

/** Elects a sign among the numbers at a place that are kept, and averages those that have it. */
function mergeNumbers(numbers: readonly Float32Array[], i: number, least: readonly number[]): number {
  let total = 0;
  for (const [t, values] of numbers.entries()) if (Math.abs(values[i]) >= least[t]) total += values[i];
  let [sum, count] = [0, 0];
  for (const [t, values] of numbers.entries()) {
    if (Math.abs(values[i]) >= least[t] && values[i] * total > 0) {
      sum += values[i];
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}
