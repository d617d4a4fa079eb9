import { AppError } from '#contract/errors';
import { placeParameters } from '#numerics/models/parameter-place';
import { sumTaskVectors, type NamedArrays } from '../task-vector';

/**
 * Adds task vectors and scales the sum layer by layer.
 *
 * @param vectors τ_t, of one layout
 * @param factors for what is before the blocks, for each of the L blocks, and for what is behind them
 * @throws {AppError} `invalid_input` if there are not L + 2 factors
 */
export function layerScaling(vectors: readonly NamedArrays[], factors: readonly number[]): NamedArrays {
  const depths = depthsOf(vectors[0]);
  if (factors.length !== depths) {
    throw new AppError(
      'invalid_input',
      `${factors.length} factors are given, but the model needs ${depths}: one before its ${depths - 2} blocks, one for each, and one behind.`,
      { factors: factors.length, expected: depths },
    );
  }
  return scaleByDepth(vectors, (depth) => factors[depth]);
}

/**
 * LiNeS: scales the sum of task vectors by a factor that grows linearly over the blocks, because shallow layers
 * hold what is common to all tasks. Block ℓ of L is scaled by s + (1 − s)(ℓ − 1)/(L − 1), and what is outside the
 * blocks, before and behind them, by s.
 *
 * Source: Wang et al. 2024, "LiNeS: post-training layer scaling", arXiv 2410.17146, up to a common factor,
 * which the search of α finds.
 *
 * @param vectors τ_t, of one layout
 * @param shallow s, the factor of the first block; that of the last is 1, also of a single one
 */
export function lines(vectors: readonly NamedArrays[], shallow: number): NamedArrays {
  const blocks = depthsOf(vectors[0]) - 2;
  return scaleByDepth(vectors, (depth) => {
    if (depth < 1 || depth > blocks) return shallow;
    return blocks === 1 ? 1 : shallow + ((1 - shallow) * (depth - 1)) / (blocks - 1);
  });
}

function scaleByDepth(vectors: readonly NamedArrays[], factorAt: (depth: number) => number): NamedArrays {
  const places = placeParameters(vectors[0].keys());
  const sum = sumTaskVectors(vectors.map((tensors) => ({ scalingCoef: 1, tensors })));
  return new Map(
    [...sum].map(([name, { shape, data }]) => {
      const factor = factorAt(places.get(name)!.depth);
      return [name, { shape, data: data.map((value) => factor * value) }];
    }),
  );
}

/** L + 2. */
function depthsOf(vector: NamedArrays): number {
  return 1 + Math.max(...[...placeParameters(vector.keys()).values()].map(({ depth }) => depth));
}
