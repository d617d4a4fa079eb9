import { sumTaskVectors, type NamedArrays } from '../task-vector';

/**
 * Averages task vectors: (1/T) Σ_t τ_t. At α = 1 this is the average of the weights of the fine-tuned models.
 *
 * Source: Wortsman et al. 2022, "Model soups", arXiv 2203.05482.
 */
export function average(vectors: readonly NamedArrays[]): NamedArrays {
  return sumTaskVectors(vectors.map((tensors) => ({ scalingCoef: 1 / vectors.length, tensors })));
}
