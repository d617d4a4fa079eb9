import { SingularValueDecomposition } from 'ml-matrix';
import { fromLibrary, toLibrary, type DenseMatrix } from './dense-matrix';

/** A = U Σ Vᵀ, or its leading part. */
export interface SingularTriplets {
  /** σ, descending. */
  readonly values: Float64Array;
  /** N × K, orthonormal columns. */
  readonly left: DenseMatrix;
  /** M × K, orthonormal columns. */
  readonly right: DenseMatrix;
}

/**
 * Decomposes a rectangular matrix, by bidiagonal reduction and implicit QR iteration.
 *
 * @param matrix N × M
 * @returns K = min(N, M) triplets
 */
export function decomposeRectangular(matrix: DenseMatrix): SingularTriplets {
  const K = Math.min(matrix.rows, matrix.columns);
  const found = new SingularValueDecomposition(toLibrary(matrix), { autoTranspose: true });
  return {
    values: Float64Array.from(found.diagonal).slice(0, K),
    left: fromLibrary(found.leftSingularVectors, K),
    right: fromLibrary(found.rightSingularVectors, K),
  };
}
