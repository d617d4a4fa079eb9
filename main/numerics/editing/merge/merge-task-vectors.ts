import { assertNever } from '#contract/errors';
import type { MergeRule } from '#contract/specs/edit-merge.v1';
import type { NamedArrays } from '../task-vector';
import { average } from './average';
import { dare } from './dare';
import { layerScaling, lines } from './layer-scaling';
import { magnitudeMask } from './magnitude-mask';
import { partMask } from './part-mask';
import { ties } from './ties';

/**
 * Merges task vectors into one.
 *
 * @param vectors τ_t, at least one
 * @param rule how
 * @param seed of what is random in it
 * @throws {AppError} `params_mismatch` if the layouts differ; `invalid_input` if the rule does not fit the model
 */
export function mergeTaskVectors(
  vectors: readonly NamedArrays[],
  rule: MergeRule,
  seed: number,
): NamedArrays {
  switch (rule.name) {
    case 'average':
      return average(vectors);
    case 'ties':
      return ties(vectors, rule.keep);
    case 'magnitude':
      return magnitudeMask(vectors, rule.keep);
    case 'dare':
      return dare(vectors, rule.drop, seed);
    case 'lines':
      return lines(vectors, rule.shallow);
    case 'layerScaling':
      return layerScaling(vectors, rule.factors);
    case 'parts':
      return partMask(vectors, rule.keep);
    default:
      return assertNever(rule);
  }
}
