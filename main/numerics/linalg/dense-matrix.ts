import { Matrix } from 'ml-matrix';

/** A matrix of float64 numbers. */
export interface DenseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major. */
  readonly data: Float64Array;
}

/** Makes the library's matrix of ours. */
export function toLibrary({ rows, columns, data }: DenseMatrix): Matrix {
  return Matrix.from1DArray(rows, columns, data);
}

/** Makes our matrix of the first columns of the library's. */
export function fromLibrary(matrix: Matrix, columns = matrix.columns): DenseMatrix {
  const data = new Float64Array(matrix.rows * columns);
  for (let i = 0; i < matrix.rows; i++) {
    for (let j = 0; j < columns; j++) data[i * columns + j] = matrix.get(i, j);
  }
  return { rows: matrix.rows, columns, data };
}

/**
 * Multiplies a matrix with a vector.
 *
 * @param matrix N × M
 * @param vector M
 * @returns N
 */
export function multiplyVector(matrix: DenseMatrix, vector: ArrayLike<number>): Float64Array {
  const { rows, columns, data } = matrix;
  const product = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) product[i] += data[i * columns + j] * vector[j];
  }
  return product;
}
