import { multiplyVector, type DenseMatrix } from './dense-matrix';
import { eigenSymmetric, type Eigenpairs } from './symmetric-eigen';

/** What is asked of {@link lanczos}. */
export interface LanczosOptions {
  /** K, pairs wanted; at most N. */
  readonly count: number;
  /** A pair is good when ‖Av − λv‖ is at most this times the largest eigenvalue. */
  readonly tolerance: number;
  /** Products before which no pairs count as found; at least K. */
  readonly leastSteps: number;
  /** N numbers, not orthogonal to what is wanted; random ones do. */
  readonly start: Float64Array;
  /** Returns N random numbers, for a new beginning when an invariant subspace is exhausted. */
  readonly restart: (attempt: number) => Float64Array;
}

/** The leading eigenpairs with how good they are. */
export interface LanczosPairs extends Eigenpairs {
  /** Products with A that were taken. */
  readonly products: number;
  /** Largest ‖Av − λv‖ over the pairs, as a fraction of the largest eigenvalue. */
  readonly residual: number;
}

/** Shorter than this fraction of what it was, a vector is nothing but rounding. */
const EXHAUSTED = 1e-12;
/** Random vectors that are tried before the space that they come from counts as exhausted too. */
const ATTEMPTS = 3;

/**
 * Finds the pairs with the largest eigenvalues of a symmetric matrix that is only known by its products.
 *
 * Every new direction is made orthogonal to all earlier ones, twice, so that no pair appears again by rounding.
 * It ends when the pairs are as good as asked for, at the latest with the whole space that restarts can reach; there
 * may be fewer pairs than asked for then. When a subspace is exhausted, a random direction outside says whether anything
 * is left there: A times it has the mean size of A's eigenvalues there.
 *
 * Source: Golub and Van Loan, "Matrix Computations", 4th ed., chapter 10; full reorthogonalisation as in
 * Parlett, "The Symmetric Eigenvalue Problem", chapter 13.
 *
 * @param multiply takes v and gives A v
 * @param options how many, how good, where to begin
 */
export async function lanczos(
  multiply: (vector: Float64Array) => Promise<Float64Array>,
  options: LanczosOptions,
): Promise<LanczosPairs> {
  const { count, tolerance, leastSteps, start, restart } = options;
  const N = start.length;
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const offDiagonal: number[] = [];
  let next = normalize(start);
  let isAnew = false;
  let isProbe = false;
  for (;;) {
    basis.push(next);
    const product = await multiply(next);
    diagonal.push(dot(product, next));
    const size = norm(product);
    orthogonalize(product, basis);
    let beta = norm(product);
    const isExhausted = beta <= EXHAUSTED * size;
    if (isExhausted) beta = 0;
    offDiagonal.push(beta);
    const steps = basis.length;
    if (steps >= leastSteps || steps === N) {
      const ritz = eigenSymmetric(tridiagonal(diagonal, offDiagonal));
      // For a Ritz pair ‖Av − λv‖ is β times the last component of its vector in the basis.
      const residuals = Array.from({ length: Math.min(count, steps) }, (_, k) =>
        Math.abs(beta * ritz.vectors.data[(steps - 1) * steps + k]),
      );
      const residual = Math.max(...residuals) / Math.abs(ritz.values[0] || 1);
      const isNothingLeft =
        isProbe && size * Math.sqrt(N - steps + 1) <= tolerance * Math.abs(ritz.values[0]);
      // Across a restart β is 0, so residuals say nothing of what is outside: only a probe does.
      const isConverged = !isAnew && !isExhausted && residual <= tolerance;
      if (steps === N || isNothingLeft || isConverged) {
        return { ...assemble(basis, ritz, residuals.length), products: steps, residual };
      }
    }
    const further = isExhausted ? beginAnew(basis, restart) : scale(product, 1 / beta);
    if (further === null) {
      const ritz = eigenSymmetric(tridiagonal(diagonal, offDiagonal));
      return { ...assemble(basis, ritz, Math.min(count, steps)), products: steps, residual: 0 };
    }
    isProbe = isExhausted;
    isAnew ||= isProbe;
    next = further;
  }
}

function beginAnew(
  basis: readonly Float64Array[],
  restart: (attempt: number) => Float64Array,
): Float64Array | null {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const candidate = normalize(restart(basis.length + attempt));
    orthogonalize(candidate, basis);
    if (norm(candidate) > EXHAUSTED) return normalize(candidate);
  }
  return null;
}

/** Takes out of a vector, in place, what lies along orthonormal ones. */
function orthogonalize(vector: Float64Array, basis: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++) {
    for (const direction of basis) {
      const along = dot(vector, direction);
      for (let i = 0; i < vector.length; i++) vector[i] -= along * direction[i];
    }
  }
}

function tridiagonal(diagonal: readonly number[], offDiagonal: readonly number[]): DenseMatrix {
  const K = diagonal.length;
  const data = new Float64Array(K * K);
  diagonal.forEach((value, i) => {
    data[i * K + i] = value;
    if (i + 1 < K) data[i * K + i + 1] = data[(i + 1) * K + i] = offDiagonal[i];
  });
  return { rows: K, columns: K, data };
}

/** Brings Ritz vectors from the basis into the space. */
function assemble(basis: readonly Float64Array[], ritz: Eigenpairs, count: number): Eigenpairs {
  const N = basis[0].length;
  const K = basis.length;
  const transposed = new Float64Array(N * K);
  basis.forEach((vector, j) => vector.forEach((value, i) => (transposed[i * K + j] = value)));
  const matrix = { rows: N, columns: K, data: transposed };
  const data = new Float64Array(N * count);
  for (let k = 0; k < count; k++) {
    const inBasis = Float64Array.from({ length: K }, (_, j) => ritz.vectors.data[j * K + k]);
    multiplyVector(matrix, inBasis).forEach((value, i) => (data[i * count + k] = value));
  }
  return { values: ritz.values.slice(0, count), vectors: { rows: N, columns: count, data } };
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

function norm(x: Float64Array): number {
  return Math.sqrt(dot(x, x));
}

function scale(x: Float64Array, factor: number): Float64Array {
  return x.map((value) => value * factor);
}

function normalize(x: Float64Array): Float64Array {
  return scale(x, 1 / norm(x));
}
