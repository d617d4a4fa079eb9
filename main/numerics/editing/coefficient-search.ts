/**
 * Returns `points` equidistant scaling coefficients from 0 to 1, both included: α_i = i · 1/(points − 1),
 * with the rounding of NumPy's `linspace`, so that they equal the keys of the reference
 * implementation's result files (for example 0.15000000000000002).
 *
 * @param points how many, at least 2
 */
export function scalingCoefGrid(points: number): number[] {
  const step = 1 / (points - 1);
  return Array.from({ length: points }, (_, i) => (i === points - 1 ? 1 : i * step));
}

/**
 * Returns the index of the best score; of equal scores the first, since only a strict improvement
 * replaces an earlier one (the reference implementation's rule: the smallest α wins a tie).
 *
 * @param scores one per coefficient, in ascending order of the coefficient; null counts as worse than any number
 * @returns the index, or -1 if every score is null
 */
export function bestIndex(scores: readonly (number | null)[]): number {
  let best = -1;
  let bestScore = Number.NEGATIVE_INFINITY;
  scores.forEach((score, index) => {
    if (score !== null && score > bestScore) {
      best = index;
      bestScore = score;
    }
  });
  return best;
}
