import type { Head } from '#numerics/models/head';
import { ResponseBuilder, type Responses } from './responses';

/**
 * What a linearised image encoder says about images, whatever head will classify them: its features are affine
 * in the coefficients, f(x; α) = f(x; θ0) + Σ_t α_t J(x) τ_t.
 */
export interface FeatureResponses {
  /** N, images. */
  readonly count: number;
  /** f(x; θ0), N × F. */
  readonly base: Float32Array;
  /** J(x) τ_t for every task vector, each N × F. */
  readonly tangents: readonly Float32Array[];
}

/**
 * Multiplies the features with a head, and with each other.
 *
 * @param features N images, T task vectors
 * @param head takes F features
 */
export function projectResponses(features: FeatureResponses, head: Head): Responses {
  const { count, base, tangents } = features;
  const builder = new ResponseBuilder(head, { count, tangentCount: tangents.length });
  builder.add(base, tangents);
  return builder.build();
}
