import { RandomStream } from '#numerics/engine/random';

/** How many images become validation images, and which. */
export interface ValidationRule {
  /** Seed of the import, unsigned 32-bit. */
  readonly seed: number;
  /** Fraction of the training images, between 0 and 1. */
  readonly valFraction: number;
  /** Upper bound in images. */
  readonly valCap: number;
}

/**
 * Divides training samples into training and validation samples. The validation samples are the
 * first n_val of a permutation that depends on the seed and the number of samples alone; both parts
 * keep the order they came in.
 *
 * n_val = min(⌊valFraction · n⌋, valCap), but at least 1 and at most n − 1
 *
 * Source: the sizes are those of the reference implementation (gortizji/tangent_task_arithmetic,
 * `src/datasets/registry.py`); the permutation is our own, not PyTorch's.
 *
 * @param samples the n training samples; at least 2
 * @param rule see {@link ValidationRule}
 * @returns the remaining training samples and the validation samples
 */
export function splitValidation<S>(samples: readonly S[], rule: ValidationRule): { train: S[]; val: S[] } {
  const wanted = Math.min(Math.floor(rule.valFraction * samples.length), rule.valCap);
  const count = Math.min(Math.max(1, wanted), samples.length - 1);
  const order = new RandomStream(rule.seed, 'val-split').permutation(samples.length);
  const chosen = new Set(order.subarray(0, count));
  return {
    train: samples.filter((_, i) => !chosen.has(i)),
    val: samples.filter((_, i) => chosen.has(i)),
  };
}
