/** The relative error of float32, in which the entries of a Gram matrix are computed. */
const ROUNDING = 2 ** -24;

/**
 * Counts the singular values or eigenvalues of a Gram matrix that are more than rounding.
 *
 * Source: the usual bound, size · ε · σ₁, as in Golub and Van Loan, "Matrix Computations", 4th ed., section 5.4.1.
 *
 * @param values σ or λ, descending
 * @param size rows or columns of the matrix, whichever are more
 * @param tolerance error that the values have anyhow, as a fraction of the first
 * @returns how many exceed the larger of size · 2⁻²⁴ and tolerance, times the first; 0 for a matrix of zeros
 */
export function numericalRank(values: Float64Array, size: number, tolerance = 0): number {
  const least = Math.max(size * ROUNDING, tolerance) * values[0];
  return values.findLastIndex((value) => value > least) + 1;
}
