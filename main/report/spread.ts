import type { Spread } from '#contract/benchmark-results';

/** t_{0.975,ν} for ν = 1…30: quantiles of Student's t, as SciPy's `stats.t.ppf(0.975, ν)` has them. */
const QUANTILES = [
  12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139,
  2.200985, 2.178813, 2.160369, 2.144787, 2.13145, 2.119905, 2.109816, 2.100922, 2.093024, 2.085963, 2.079614,
  2.073873, 2.068658, 2.063899, 2.059539, 2.055529, 2.051831, 2.048407, 2.04523, 2.042272,
];

/** z_{0.975} of the standard normal distribution. */
const NORMAL_QUANTILE = 1.959963984540054;

/**
 * Returns the arithmetic mean (1/n) Σ x_i.
 *
 * @param values n ≥ 1 numbers
 */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Returns the sample standard deviation √(Σ (x_i − x̄)² / (n − 1)).
 *
 * @param values n numbers
 * @returns null for fewer than two
 */
export function sampleDeviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * Returns t_{0.975,ν}, the factor of a two-sided 95 % interval.
 *
 * From a table for ν ≤ 30; above, the Cornish–Fisher expansion around z = z_{0.975}
 * (Abramowitz and Stegun 26.7.5), right to more than seven digits there:
 * t ≈ z + (z³+z)/(4ν) + (5z⁵+16z³+3z)/(96ν²) + (3z⁷+19z⁵+17z³−15z)/(384ν³) + (79z⁹+776z⁷+1482z⁵−1920z³−945z)/(92160ν⁴).
 *
 * @param degrees ν ≥ 1, degrees of freedom
 */
export function studentQuantile(degrees: number): number {
  if (degrees <= QUANTILES.length) return QUANTILES[degrees - 1];
  const z = NORMAL_QUANTILE;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, i) => sum + term / degrees ** (i + 1), z);
}

/**
 * Describes a quantity over seeds: x̄, s, and h = t_{0.975,n−1} · s / √n, so that x̄ ± h is the 95 %
 * interval of the mean for normally distributed values.
 *
 * @param values n ≥ 1 numbers, one per seed
 */
export function spreadOf(values: readonly number[]): Spread {
  const count = values.length;
  const deviation = sampleDeviation(values);
  return {
    count,
    mean: mean(values),
    deviation,
    interval: deviation === null ? null : (studentQuantile(count - 1) * deviation) / Math.sqrt(count),
  };
}
