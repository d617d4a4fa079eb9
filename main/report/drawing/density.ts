import { mean, sampleDeviation } from '../spread';

/** Where a density is taken, between the smallest and the largest value. */
const POINTS = 64;

/** A density along the values. */
export interface Density {
  /** Ascending, from the smallest value to the largest. */
  readonly at: number[];
  /** p(at) > 0, per unit of the values. */
  readonly density: number[];
}

/**
 * Estimates how values are spread: p(x) = 1/(n h) Σ_i φ((x − x_i)/h) with the normal density φ and Silverman's
 * bandwidth h = 0.9 · min(s, IQR/1.34) · n^(−1/5) (Silverman 1986, eq. 3.31), between the extremes of the values.
 *
 * @param values n ≥ 1 numbers
 * @returns one point if all values are the same
 */
export function estimateDensity(values: readonly number[]): Density {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  if (low === high) return { at: [low], density: [1] };
  const deviation = sampleDeviation(values)!;
  const range = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.34;
  // Where half of the values are the same, only the deviation says how wide they are spread.
  const width = 0.9 * (range > 0 ? Math.min(deviation, range) : deviation) * values.length ** -0.2;
  const at = Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1));
  const kernel = (z: number) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  return { at, density: at.map((x) => mean(values.map((value) => kernel((x - value) / width))) / width) };
}

/** Linear between order statistics, as NumPy's default. */
function quantile(sorted: readonly number[], fraction: number): number {
  const place = fraction * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
