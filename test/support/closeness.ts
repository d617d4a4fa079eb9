/**
 * Measures how far numbers are from what they should be, relative to the size of the whole.
 *
 * @param actual numbers under test
 * @param expected as many reference numbers
 * @returns ‖actual − expected‖ / ‖expected‖; infinite for NaN and for unequal lengths
 */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let difference = 0;
  let size = 0;
  for (let i = 0; i < actual.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  const error = Math.sqrt(difference) / (Math.sqrt(size) || 1);
  return Number.isNaN(error) ? Infinity : error;
}

/** Inner product in float64. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
