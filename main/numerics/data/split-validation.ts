import { torchPermutation } from './torch-random';

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
 * Divides training samples into training and validation samples as the reference implementation does with
 * PyTorch's `random_split([n − n_val, n_val])`: the same samples in the same order for the same seed.
 *
 * n_val = min(⌊valFraction · n⌋, valCap), but at least 1 and at most n − 1
 *
 * Source: gortizji/tangent_task_arithmetic, `src/datasets/registry.py` (fraction 0.1, cap 5,000, seed 0).
 *
 * @param samples the n training samples; at least 2
 * @param rule see {@link ValidationRule}
 * @returns the remaining training samples and the validation samples
 */
export function splitValidation<S>(samples: readonly S[], rule: ValidationRule): { train: S[]; val: S[] } {
  const wanted = Math.min(Math.floor(rule.valFraction * samples.length), rule.valCap);
  const count = Math.min(Math.max(1, wanted), samples.length - 1);
  const shuffled = Array.from(torchPermutation(samples.length, rule.seed), (i) => samples[i]);
  return { train: shuffled.slice(0, -count), val: shuffled.slice(-count) };
}
