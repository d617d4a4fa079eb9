import { lanczos } from './lanczos';
import type { SingularTriplets } from './singular-values';

/** A matrix that is only known by its products. */
export interface ProductOperator {
  readonly rows: number;
  readonly columns: number;
  /** A v, for v of M numbers. */
  readonly multiply: (vector: Float64Array) => Promise<Float64Array>;
  /** Aᵀ u, for u of N numbers. */
  readonly multiplyTransposed: (vector: Float64Array) => Promise<Float64Array>;
}

/** The leading triplets with how good they are. */
export interface LeadingTriplets extends SingularTriplets {
  /** Products with A or Aᵀ that were taken. */
  readonly products: number;
  /** Largest error of a triplet, as a fraction of the largest singular value. */
  readonly residual: number;
}

/**
 * Finds the leading singular triplets of a matrix from its products.
 *
 * They are eigenpairs of ((0, A), (Aᵀ, 0)) with positive eigenvalue. Unlike with AᵀA nothing is squared, so small
 * singular values keep their accuracy; and from a start whose first half is zero, one half of every Lanczos vector
 * is zero and needs no product, as in the bidiagonalization of Golub and Kahan (SIAM J. Numer. Anal. 2, 1965).
 * The vectors of a singular value that is 0 have no length to rely on.
 *
 * @param operator A, N × M
 * @param options how many triplets, how good, and random numbers
 * @param options.count K, at most min(N, M)
 * @param options.tolerance as in {@link lanczos}
 * @param options.random gives so many random numbers, others for every index
 */
export async function leadingTriplets(
  operator: ProductOperator,
  options: {
    readonly count: number;
    readonly tolerance: number;
    readonly random: (count: number, index: number) => Float64Array;
  },
): Promise<LeadingTriplets> {
  const { rows: N, columns: M } = operator;
  const join = (upper: Float64Array | null, lower: Float64Array | null) => {
    const whole = new Float64Array(N + M);
    if (upper !== null) whole.set(upper);
    if (lower !== null) whole.set(lower, N);
    return whole;
  };
  const isZero = (half: Float64Array) => half.every((value) => value === 0);
  const found = await lanczos(
    async (vector) => {
      const [upper, lower] = [vector.subarray(0, N), vector.subarray(N)];
      return join(
        isZero(lower) ? null : await operator.multiply(lower),
        isZero(upper) ? null : await operator.multiplyTransposed(upper),
      );
    },
    {
      count: options.count,
      tolerance: options.tolerance,
      // Every eigenvalue σ has its −σ, so half of what is found is wanted.
      leastSteps: 2 * options.count,
      start: join(null, options.random(M, 0)),
      restart: (attempt) => join(null, options.random(M, attempt)),
    },
  );
  const half = (first: number, rows: number) => ({
    rows,
    columns: options.count,
    // An eigenvector has half of its squares in each half.
    data: found.vectors.data
      .slice(first * options.count, (first + rows) * options.count)
      .map((value) => value * Math.SQRT2),
  });
  return {
    // Where A has a lower rank, others follow, which belong to −σ.
    values: found.values.map((value) => Math.max(0, value)),
    left: half(0, N),
    right: half(N, M),
    products: found.products,
    residual: found.residual,
  };
}
