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

/** What must not be forgotten by a negation. */
export interface ControlRequirement {
  /** The least accuracy on the control, as a fraction of the pre-trained model's, in [0,1]. */
  readonly threshold: number;
  /** Images of the control that the pre-trained model classifies rightly. */
  readonly pretrainedCorrect: number;
}

/**
 * Says whether a negated model keeps the control: correct ≥ threshold · pretrainedCorrect, with equality.
 * Counts are compared, and the product may be off by its rounding: 0.07 · 100 counts as 7.
 *
 * @param correct images of the control that it classifies rightly, of the same images
 * @param control what is required
 */
export function keepsControl(correct: number, control: ControlRequirement): boolean {
  const { threshold, pretrainedCorrect } = control;
  // Reading the threshold as a binary fraction and multiplying each err by at most half an ulp.
  return correct >= pretrainedCorrect * threshold - 4 * Number.EPSILON * pretrainedCorrect;
}

/**
 * Chooses the coefficient of a negation θ0 − α τ: the index with the fewest right predictions on the target
 * among those that keep the control; of equal ones the first, since only a strict improvement replaces an
 * earlier one (the smallest α wins a tie).
 *
 * Source: arXiv 2305.12827, section 2, with threshold 0.95; `eval_task_negation.py` and `utils.py` of its
 * reference implementation.
 *
 * @param sweep right predictions on the validation splits of target and control, α ascending
 * @param control what is required
 * @returns the index, or -1 if none keeps the control; α = 0 always does
 */
export function bestNegationIndex(
  sweep: readonly {
    readonly target: { readonly correct: number };
    readonly control: { readonly correct: number };
  }[],
  control: ControlRequirement,
): number {
  return bestIndex(
    sweep.map((point) => (keepsControl(point.control.correct, control) ? -point.target.correct : null)),
  );
}
