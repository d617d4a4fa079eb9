import { describe, expect, it } from 'vitest';
import { multiplyVector, type DenseMatrix } from '#numerics/linalg/dense-matrix';
import { lanczos } from '#numerics/linalg/lanczos';
import { leadingTriplets } from '#numerics/linalg/leading-triplets';
import { decomposeRectangular } from '#numerics/linalg/singular-values';
import { eigenSymmetric } from '#numerics/linalg/symmetric-eigen';
import { RandomStream } from '#numerics/engine/random';

const normals = (count: number, index = 0) =>
  Float64Array.from(new RandomStream(1, 'linalg', index).normals(count));

function multiply(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  const data = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.columns; j++) {
      for (let k = 0; k < a.columns; k++) {
        data[i * b.columns + j] += a.data[i * a.columns + k] * b.data[k * b.columns + j];
      }
    }
  }
  return { rows: a.rows, columns: b.columns, data };
}

function transpose({ rows, columns, data }: DenseMatrix): DenseMatrix {
  const result = new Float64Array(data.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j];
  return { rows: columns, columns: rows, data: result };
}

function diagonal(values: ArrayLike<number>): DenseMatrix {
  const N = values.length;
  const data = new Float64Array(N * N);
  for (let i = 0; i < N; i++) data[i * N + i] = values[i];
  return { rows: N, columns: N, data };
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a).toHaveLength(b.length);
  return Array.from(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
};

/** Q Λ Qᵀ with the given eigenvalues and random eigenvectors. */
function withEigenvalues(values: readonly number[]): DenseMatrix {
  const N = values.length;
  const { left } = decomposeRectangular({ rows: N, columns: N, data: normals(N * N, 9) });
  return multiply(multiply(left, diagonal(values)), transpose(left));
}

describe('eigenSymmetric', () => {
  it('finds known eigenvalues in descending order, with orthonormal vectors that rebuild the matrix', () => {
    const values = [7, 3, 3, 0.5, 0, -2];
    const matrix = withEigenvalues(values);
    const found = eigenSymmetric(matrix);
    expect(largestDifference(found.values, values)).toBeLessThan(1e-12);
    const { vectors } = found;
    expect(
      largestDifference(multiply(transpose(vectors), vectors).data, diagonal(new Array(6).fill(1)).data),
    ).toBeLessThan(1e-12);
    const rebuilt = multiply(multiply(vectors, diagonal(found.values)), transpose(vectors));
    expect(largestDifference(rebuilt.data, matrix.data)).toBeLessThan(1e-12);
  });
});

describe('decomposeRectangular', () => {
  it.each([
    [4, 9],
    [9, 4],
    [5, 5],
  ])('rebuilds a matrix of %i × %i', (rows, columns) => {
    const matrix = { rows, columns, data: normals(rows * columns) };
    const { values, left, right } = decomposeRectangular(matrix);
    const K = Math.min(rows, columns);
    expect([values.length, left.rows, left.columns, right.rows, right.columns]).toEqual([
      K,
      rows,
      K,
      columns,
      K,
    ]);
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
    const rebuilt = multiply(multiply(left, diagonal(values)), transpose(right));
    expect(largestDifference(rebuilt.data, matrix.data)).toBeLessThan(1e-12);
    const identity = diagonal(new Array(K).fill(1)).data;
    expect(largestDifference(multiply(transpose(right), right).data, identity)).toBeLessThan(1e-12);
  });
});

describe('lanczos', () => {
  const options = (N: number, count: number) => ({
    count,
    tolerance: 1e-10,
    leastSteps: count,
    start: normals(N, 2),
    restart: (attempt: number) => normals(N, 100 + attempt),
  });

  it('finds the leading pairs of a matrix that it only multiplies', async () => {
    const values = Array.from({ length: 60 }, (_, i) => 100 * 0.7 ** i);
    const matrix = withEigenvalues(values);
    const found = await lanczos((v) => Promise.resolve(multiplyVector(matrix, v)), options(60, 5));
    expect(found.residual).toBeLessThan(1e-10);
    expect(found.products).toBeLessThan(30);
    expect(largestDifference(found.values, values.slice(0, 5))).toBeLessThan(1e-7);
    const dense = eigenSymmetric(matrix);
    for (let k = 0; k < 5; k++) {
      let along = 0;
      for (let i = 0; i < 60; i++) along += found.vectors.data[i * 5 + k] * dense.vectors.data[i * 60 + k];
      expect(Math.abs(along)).toBeCloseTo(1, 9);
    }
  });

  it('finds an eigenvalue as often as it is there', async () => {
    const values = [5, 5, 5, 1, 1, 0, 0, 0];
    const matrix = withEigenvalues(values);
    const found = await lanczos((v) => Promise.resolve(multiplyVector(matrix, v)), options(8, 5));
    expect(largestDifference(found.values, values.slice(0, 5))).toBeLessThan(1e-9);
  });

  it('goes to the end of the space where all of it is asked for', async () => {
    const matrix = withEigenvalues([3, 2, 1]);
    const found = await lanczos((v) => Promise.resolve(multiplyVector(matrix, v)), options(3, 3));
    expect(largestDifference(found.values, [3, 2, 1])).toBeLessThan(1e-12);
    expect(found.products).toBe(3);
  });
});

describe('leadingTriplets', () => {
  const matrix = { rows: 20, columns: 33, data: normals(20 * 33, 4) };
  const find = (of: DenseMatrix, count: number) =>
    leadingTriplets(
      {
        rows: of.rows,
        columns: of.columns,
        multiply: (vector) => Promise.resolve(multiplyVector(of, vector)),
        multiplyTransposed: (vector) => Promise.resolve(multiplyVector(transpose(of), vector)),
      },
      { count, tolerance: 1e-10, random: (size, index) => normals(size, 200 + index) },
    );

  it.each([1, 6, 20])('finds the %i leading triplets that the whole decomposition has', async (count) => {
    const found = await find(matrix, count);
    const whole = decomposeRectangular(matrix);
    expect(largestDifference(found.values, whole.values.slice(0, count))).toBeLessThan(1e-8);
    for (const side of ['left', 'right'] as const) {
      const { rows } = found[side];
      expect(rows).toBe(matrix[side === 'left' ? 'rows' : 'columns']);
      for (let k = 0; k < count; k++) {
        let along = 0;
        for (let i = 0; i < rows; i++) {
          along += found[side].data[i * count + k] * whole[side].data[i * whole[side].columns + k];
        }
        expect(Math.abs(along)).toBeCloseTo(1, 7);
      }
    }
  });

  it.each(['wide', 'tall'] as const)(
    'needs no more products than the shorter side allows (%s)',
    async (shape) => {
      const found = await find(shape === 'wide' ? matrix : transpose(matrix), 20);
      expect(found.products).toBeLessThanOrEqual(2 * 20 + 2);
    },
  );

  it('finds as many positive values as asked for where the start hides some', async () => {
    // Two of the three are only found from a second start, because their value is there three times.
    const { left, right } = decomposeRectangular(matrix);
    const triple = multiply(
      multiply(left, diagonal([5, 5, 5, ...new Array<number>(17).fill(1)])),
      transpose(right),
    );
    const found = await find(triple, 4);
    expect(largestDifference(found.values, [5, 5, 5, 1])).toBeLessThan(1e-9);
  });

  it('ends with zeros for a matrix of zeros', async () => {
    const found = await find({ rows: 4, columns: 6, data: new Float64Array(24) }, 3);
    expect([...found.values]).toEqual([0, 0, 0]);
  });

  it('finds as many as were asked for in a matrix of lower rank', async () => {
    const { left, right } = decomposeRectangular(matrix);
    const low = multiply(
      multiply(left, diagonal([3, 2, ...new Array<number>(18).fill(0)])),
      transpose(right),
    );
    const found = await find(low, 4);
    expect(largestDifference(found.values, [3, 2, 0, 0])).toBeLessThan(1e-9);
  });
});
