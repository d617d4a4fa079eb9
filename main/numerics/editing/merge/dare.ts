import { RandomStream } from '#numerics/engine/random';
import { sumTaskVectors, type NamedArrays } from '../task-vector';

/**
 * DARE: drops numbers of each vector at random, scales the rest by 1/(1 − p) so that the mean stays, and adds.
 *
 * Source: Yu et al. 2023, "Language models are super Mario", arXiv 2311.03099.
 *
 * @param vectors τ_t, of one layout
 * @param drop p, the probability of every number to be dropped
 * @param seed of the draws; they depend on the place of a vector and on the name of a parameter
 */
export function dare(vectors: readonly NamedArrays[], drop: number, seed: number): NamedArrays {
  const thinned = vectors.map(
    (vector, t) =>
      new Map(
        [...vector].map(([name, { shape, data }]) => {
          const random = new RandomStream(seed, `dare:${name}`, t);
          return [
            name,
            { shape, data: data.map((value) => (random.uniform() < drop ? 0 : value / (1 - drop))) },
          ];
        }),
      ),
  );
  return sumTaskVectors(thinned.map((tensors) => ({ scalingCoef: 1, tensors })));
}
