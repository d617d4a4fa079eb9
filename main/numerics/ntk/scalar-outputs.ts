import { AppError } from '#contract/errors';
import type { KernelScalar } from '#contract/specs/ntk.v1';
import type { Head } from '#numerics/models/head';

/** A scalar function u·f(x; θ) of the un-normalised feature f, whose kernel is taken. */
export interface ScalarOutput {
  /** For people. */
  readonly name: string;
  /** u, F. */
  readonly cotangent: Float32Array;
}

/**
 * Lists the scalars that kernels are taken of.
 *
 * A class logit is w_c·f + b_c of the un-normalised feature: the norm that the head divides by is left out, because
 * the feature is what is affine in θ. Biases and a common scale of the head change nothing in eigenfunctions.
 *
 * @param head W, C × F, with the names of its classes
 * @param scalar what kind of scalar
 * @param indices which classes, or which numbers of the feature; null for all
 * @throws {AppError} `invalid_input` if an index is not there
 */
export function listScalarOutputs(
  head: Head & { readonly classNames: readonly string[] },
  scalar: KernelScalar,
  indices: readonly number[] | null,
): ScalarOutput[] {
  const { classes: C, featureSize: F, weight } = head;
  if (scalar === 'logitSum') {
    const cotangent = new Float32Array(F);
    for (let i = 0; i < weight.length; i++) cotangent[i % F] += weight[i];
    return [{ name: 'sum of logits', cotangent }];
  }
  const [count, what] = scalar === 'classLogit' ? [C, 'classes'] : [F, 'features'];
  return (indices ?? Array.from({ length: count }, (_, i) => i)).map((index) => {
    if (index >= count) {
      throw new AppError(
        'invalid_input',
        `There is no output ${index}: there are ${count} ${what}, from 0 on.`,
        {
          output: index,
          count,
        },
      );
    }
    if (scalar === 'classLogit') {
      return { name: head.classNames[index], cotangent: weight.slice(index * F, (index + 1) * F) };
    }
    const cotangent = new Float32Array(F);
    cotangent[index] = 1;
    return { name: `feature ${index}`, cotangent };
  });
}
