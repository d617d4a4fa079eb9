import { EigenvalueDecomposition } from 'ml-matrix';
import { fromLibrary, toLibrary, type DenseMatrix } from './dense-matrix';

/** A = Q Λ Qᵀ, or its leading part. */
export interface Eigenpairs {
  /** λ, descending. */
  readonly values: Float64Array;
  /** N × K, orthonormal columns in the order of the values. */
  readonly vectors: DenseMatrix;
}

/**
 * Decomposes a symmetric matrix, by tridiagonal reduction and implicit QL iteration.
 *
 * @param matrix N × N, symmetric
 * @returns all N pairs
 */
export function eigenSymmetric(matrix: DenseMatrix): Eigenpairs {
  const found = new EigenvalueDecomposition(toLibrary(matrix), { assumeSymmetric: true });
  // The library lists them ascending.
  const { rows: N, data } = fromLibrary(found.eigenvectorMatrix);
  const vectors = new Float64Array(N * N);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) vectors[i * N + j] = data[i * N + (N - 1 - j)];
  }
  return {
    values: Float64Array.from(found.realEigenvalues).reverse(),
    vectors: { rows: N, columns: N, data: vectors },
  };
}
