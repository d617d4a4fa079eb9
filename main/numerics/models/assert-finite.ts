import { AppError } from '#contract/errors';
import type { NamedArray } from '#numerics/engine/tensor';

/**
 * Checks that the numbers of a file are numbers.
 *
 * @param tensors numbers by name
 * @param label what to call the file in messages
 * @throws {AppError} `non_finite_params` naming the first tensor that holds NaN or infinity
 */
export function assertFinite(tensors: Iterable<readonly [string, NamedArray]>, label: string): void {
  for (const [name, { data }] of tensors) {
    if (data.every(Number.isFinite)) continue;
    throw new AppError('non_finite_params', `${name} in ${label} holds NaN or infinity.`, {
      parameter: name,
    });
  }
}
