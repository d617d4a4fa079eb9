import type { ValueAndGradient } from './cross-entropy';

/** Where a minimisation ended. */
export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  /** The largest component of the gradient there, in size: 0 at a stationary point. */
  readonly residual: number;
  readonly iterations: number;
  /** Whether the residual is below what was asked for. */
  readonly isConverged: boolean;
}

/** Of a step's first-order promise, what it must keep (Armijo). */
const PROMISE = 1e-4;
/** A step is halved no more often than this. */
const MOST_HALVINGS = 40;

/**
 * Minimises a smooth function of few variables by BFGS with a backtracking line search.
 *
 * Source: Nocedal and Wright, Numerical Optimization, algorithm 6.1; the inverse Hessian is not updated where
 * the curvature along a step is not positive.
 *
 * @param f value and gradient
 * @param start where to begin
 * @param options when to end
 * @param options.tolerance on the residual
 * @param options.mostIterations after which the best point so far is returned, not converged
 */
export function minimize(
  f: (point: Float64Array) => ValueAndGradient,
  start: ArrayLike<number>,
  { tolerance, mostIterations }: { readonly tolerance: number; readonly mostIterations: number },
): Minimum {
  let point: Float64Array = Float64Array.from(start);
  let here = f(point);
  let inverse = identity(point.length);
  let iterations = 0;
  while (residualOf(here) > tolerance && iterations < mostIterations) {
    let direction = inverse.map((row) => -dot(row, here.gradient));
    let slope = dot(direction, here.gradient);
    if (!(slope < 0)) {
      // Rounding has spoiled the inverse Hessian: go down the gradient.
      inverse = identity(point.length);
      direction = Array.from(here.gradient, (g) => -g);
      slope = dot(direction, here.gradient);
    }
    const next = searchLine(f, { point, value: here.value, direction, slope });
    if (next === null) break;
    const step = next.point.map((x, i) => x - point[i]);
    const change = next.there.gradient.map((g, i) => g - here.gradient[i]);
    update(inverse, step, change, iterations === 0);
    ({ point, there: here } = next);
    iterations++;
  }
  const residual = residualOf(here);
  return { point, value: here.value, residual, iterations, isConverged: residual <= tolerance };
}

function searchLine(
  f: (point: Float64Array) => ValueAndGradient,
  from: { point: Float64Array; value: number; direction: readonly number[]; slope: number },
): { point: Float64Array; there: ValueAndGradient } | null {
  let length = 1;
  for (let halving = 0; halving < MOST_HALVINGS; halving++, length /= 2) {
    const point = from.point.map((x, i) => x + length * from.direction[i]);
    const there = f(point);
    if (there.value <= from.value + PROMISE * length * from.slope) return { point, there };
  }
  return null;
}

/** Brings H up to date with s = Δx and y = Δ∇f: (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ, ρ = 1/(yᵀs). */
function update(H: Float64Array[], s: Float64Array, y: Float64Array, isFirst: boolean): void {
  const curvature = dot(s, y);
  if (!(curvature > Number.EPSILON * Math.sqrt(dot(s, s) * dot(y, y)))) return;
  if (isFirst) {
    const scale = curvature / dot(y, y);
    H.forEach((row, i) => (row[i] = scale));
  }
  const Hy = H.map((row) => dot(row, y));
  const factor = (1 + dot(y, Hy) / curvature) / curvature;
  H.forEach((row, i) => {
    for (let j = 0; j < row.length; j++) {
      row[j] += factor * s[i] * s[j] - (Hy[i] * s[j] + s[i] * Hy[j]) / curvature;
    }
  });
}

function identity(size: number): Float64Array[] {
  return Array.from({ length: size }, (_, i) => {
    const row = new Float64Array(size);
    row[i] = 1;
    return row;
  });
}

function residualOf({ gradient }: ValueAndGradient): number {
  return gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
