import { sumTaskVectors, type NamedArrays } from '../task-vector';
import { sizeToKeep } from './largest-numbers';

/**
 * Keeps the largest numbers of each vector and adds what is left.
 *
 * Source: the trimming step of TIES (arXiv 2306.01708) on its own, global magnitude pruning of task vectors.
 *
 * @param vectors τ_t, of one layout
 * @param keep fraction of each vector that is kept
 */
export function magnitudeMask(vectors: readonly NamedArrays[], keep: number): NamedArrays {
  const masked = vectors.map((vector) => {
    const least = sizeToKeep(vector, keep);
    return new Map(
      [...vector].map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map((value) => (Math.abs(value) >= least ? value : 0)) },
      ]),
    );
  });
  return sumTaskVectors(masked.map((tensors) => ({ scalingCoef: 1, tensors })));
}
