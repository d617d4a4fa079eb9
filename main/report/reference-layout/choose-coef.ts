/** One α of a sweep, as {@link chooseCoef} looks at it. */
export interface Candidate {
  readonly scalingCoef: number;
  /** The larger the better; null if there is none. */
  readonly score: number | null;
  /** Whether it may be chosen. */
  readonly isAllowed: boolean;
}

/**
 * Returns the index of the best allowed candidate; only a strict improvement replaces an earlier one, so that
 * the smallest α wins a tie (`find_optimal_coef` of the reference implementation).
 *
 * @param candidates α ascending
 * @returns -1 if none is allowed
 */
export function chooseCoef(candidates: readonly Candidate[]): number {
  let best = -1;
  let bestScore = Number.NEGATIVE_INFINITY;
  candidates.forEach(({ score, isAllowed }, index) => {
    if (!isAllowed || score === null || score <= bestScore) return;
    best = index;
    bestScore = score;
  });
  return best;
}

/** Mean difference of test and validation values from which on another α is thought of. */
const FAR = 0.05;

/**
 * Tells which α of a sweep a stored test result rather belongs to than to the one that the sweep chooses:
 * the one with the smallest mean distance of its validation values, if these are less than half as far from
 * the test values as the chosen one's, which are farther than 0.05; 0 if they are those of the pre-trained
 * model; another than 0 if they are not, although the sweep chooses 0. A heuristic: the files do not store the chosen α.
 *
 * @param test values on test data, each as a fraction of what the same model's reference reaches there
 * @param pretrained the same for α = 0 on test data
 * @param sweep the same on validation data, α ascending
 * @param chosen index of the α that the sweep chooses
 * @returns null if nothing speaks against the chosen one
 */
export function findOtherCoef(
  test: readonly number[],
  pretrained: readonly number[],
  sweep: readonly { scalingCoef: number; values: readonly number[] }[],
  chosen: number,
): number | null {
  const distance = (values: readonly number[]): number =>
    values.reduce((sum, value, i) => sum + Math.abs(value - test[i]), 0) / values.length;
  const distances = sweep.map(({ values }) => distance(values));
  const nearest = distances.indexOf(Math.min(...distances));
  if (distance(pretrained) < 1e-9) return sweep[chosen].scalingCoef === 0 ? null : 0;
  if (sweep[chosen].scalingCoef === 0 && distance(pretrained) > 1e-3 && nearest !== chosen) {
    return sweep[nearest].scalingCoef;
  }
  const isFar = distances[chosen] > FAR && distances[nearest] < distances[chosen] / 2;
  return isFar && nearest !== chosen ? sweep[nearest].scalingCoef : null;
}
