import type { TowerPart } from '#contract/specs/edit-merge.v1';
import { placeParameters } from '#numerics/models/parameter-place';
import { sumTaskVectors, type NamedArrays } from '../task-vector';

/**
 * Adds task vectors in some parts of the tower, and leaves the others as they were pre-trained: attention alone,
 * MLPs alone.
 *
 * Source: an ablation of our own; Jin et al. 2024, arXiv 2407.07089, fine-tune attention alone, which is not the same as
 * masking vectors that were trained everywhere.
 *
 * @param vectors τ_t, of one layout
 * @param keep the parts that are edited
 */
export function partMask(vectors: readonly NamedArrays[], keep: readonly TowerPart[]): NamedArrays {
  const places = placeParameters(vectors[0].keys());
  const sum = sumTaskVectors(vectors.map((tensors) => ({ scalingCoef: 1, tensors })));
  return new Map(
    [...sum].map(([name, { shape, data }]) => {
      const isKept = keep.includes(places.get(name)!.part);
      return [name, { shape, data: isKept ? data : new Float32Array(data.length) }];
    }),
  );
}
