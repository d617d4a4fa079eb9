/** Bounds of a confidence interval. */
export type Band = readonly [lower: number, upper: number];

/** The standard normal quantile of a two-sided 95 % interval. */
const Z = 1.959963984540054;

/** Counts places where two predictions differ. */
export function countDisagreements(a: Int32Array, b: Int32Array): number {
  let count = 0;
  for (let n = 0; n < a.length; n++) if (a[n] !== b[n]) count++;
  return count;
}

/** Finds places where two predictions differ, ascending. */
export function findDisagreements(a: Int32Array, b: Int32Array): Int32Array<ArrayBuffer> {
  const places = new Int32Array(countDisagreements(a, b));
  let found = 0;
  for (let n = 0; n < a.length; n++) if (a[n] !== b[n]) places[found++] = n;
  return places;
}

/**
 * Returns the disentanglement error ξ = Σ_t (1/N_t) Σ_n 1[argmax f(x_n; α_t τ_t) ≠ argmax f(x_n; Σ_s α_s τ_s)]:
 * a sum of rates over tasks and not their mean, so for a pair it lies in [0,2]. Labels play no part.
 *
 * Source: arXiv 2305.12827, section 3 (figure 3).
 *
 * @param terms for each task the images N_t, and how many of them disagree
 */
export function disentanglementError(
  terms: readonly { readonly disagreements: number; readonly count: number }[],
): number {
  return terms.reduce((sum, { disagreements, count }) => sum + disagreements / count, 0);
}

/**
 * Returns a 95 % interval of ξ for the choice of the images: Wilson's interval for the rate of each task, and
 * for their sum the squares of the distances added, as the tasks' images are independent.
 *
 * Source: Wilson, JASA 1927; Zou and Donner, Statistics in Medicine 2008 (MOVER).
 *
 * @param terms see {@link disentanglementError}
 */
export function disentanglementBand(
  terms: readonly { readonly disagreements: number; readonly count: number }[],
): Band {
  let [below, above] = [0, 0];
  for (const { disagreements, count } of terms) {
    const rate = disagreements / count;
    const [lower, upper] = wilsonInterval(disagreements, count);
    below += (rate - lower) ** 2;
    above += (upper - rate) ** 2;
  }
  const error = disentanglementError(terms);
  return [Math.max(0, error - Math.sqrt(below)), Math.min(terms.length, error + Math.sqrt(above))];
}

/**
 * Returns Wilson's 95 % interval of a rate.
 *
 * @param hits of `count` trials, at least one
 * @param count trials
 */
export function wilsonInterval(hits: number, count: number): Band {
  const rate = hits / count;
  const square = (Z * Z) / count;
  const center = (rate + square / 2) / (1 + square);
  const half = (Z * Math.sqrt((rate * (1 - rate)) / count + square / count / 4)) / (1 + square);
  // At 0 and 1 the bound is the rate itself, but for rounding.
  return [hits === 0 ? 0 : center - half, hits === count ? 1 : center + half];
}
