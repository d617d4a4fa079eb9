import { describe, expect, it } from 'vitest';
import { RandomStream } from '#numerics/engine/random';
import { multiplyVector, type DenseMatrix } from '#numerics/linalg/dense-matrix';
import { eigenSymmetric } from '#numerics/linalg/symmetric-eigen';
import {
  alignWithEigenbasis,
  fitKernelPredictor,
  predictWithKernel,
  residualLogits,
} from '#numerics/ntk/kernel-predictor';
import { relativeError } from '#test/support/closeness';

const N = 7;
const P = 12;
const normals = (count: number, index: number) =>
  Float64Array.from(new RandomStream(2, 'kernel-predictor', index).normals(count));
/** A linear model z = J θ: its kernel is JJᵀ. */
const jacobian: DenseMatrix = { rows: N, columns: P, data: normals(N * P, 0) };
const at = (matrix: DenseMatrix, i: number, j: number) => matrix.data[i * matrix.columns + j];
const rowsDot = (a: DenseMatrix, i: number, b: DenseMatrix, j: number) => {
  let sum = 0;
  for (let p = 0; p < P; p++) sum += at(a, i, p) * at(b, j, p);
  return sum;
};
const kernelOf = (a: DenseMatrix, b: DenseMatrix): DenseMatrix => ({
  rows: a.rows,
  columns: b.rows,
  data: Float64Array.from({ length: a.rows * b.rows }, (_, i) =>
    rowsDot(a, Math.floor(i / b.rows), b, i % b.rows),
  ),
});
const kernel = kernelOf(jacobian, jacobian);
const eigen = eigenSymmetric(kernel);
const residual = normals(N, 1);
const mean = eigen.values.reduce((sum, value) => sum + value, 0) / N;

describe('the kernel predictor', () => {
  it('solves the ridge equation', () => {
    const beta = fitKernelPredictor(eigen, residual, { by: 'ridge', ridge: 0.3 });
    const back = multiplyVector(kernel, beta).map((value, i) => value + 0.3 * mean * beta[i]);
    expect(relativeError(back, residual)).toBeLessThan(1e-12);
  });

  it('interpolates without a ridge', () => {
    const beta = fitKernelPredictor(eigen, residual, { by: 'ridge', ridge: 0 });
    expect(relativeError(multiplyVector(kernel, beta), residual)).toBeLessThan(1e-9);
  });

  it('does not take the rounding of a kernel for something to interpolate with', () => {
    // One example twice, and entries that are only known to float32.
    const data = jacobian.data.slice();
    data.set(data.subarray(0, P), P);
    const twice = { ...jacobian, data };
    const exact = kernelOf(twice, twice);
    const rounded = { ...exact, data: exact.data.map((value, i) => value * (1 + 2 ** -26 * Math.sin(i))) };
    const same = residual.slice();
    same[1] = same[0] + 1;
    const beta = fitKernelPredictor(eigenSymmetric(rounded), same, { by: 'ridge', ridge: 0 });
    expect(Math.max(...beta.map(Math.abs))).toBeLessThan(100);
    const fitted = multiplyVector(exact, beta);
    expect(fitted[0]).toBeCloseTo((same[0] + same[1]) / 2, 3);
    expect(fitted[1]).toBeCloseTo((same[0] + same[1]) / 2, 3);
    for (let i = 2; i < N; i++) expect(fitted[i]).toBeCloseTo(same[i], 3);
  });

  it('is where gradient descent with small steps on the parameters arrives, on other points too', () => {
    const time = 0.7;
    const others: DenseMatrix = { rows: 3, columns: P, data: normals(3 * P, 5) };
    const theta = new Float64Array(P);
    const steps = 20_000;
    for (let step = 0; step < steps; step++) {
      const errors = multiplyVector(jacobian, theta).map((value, i) => value - residual[i]);
      for (let p = 0; p < P; p++) {
        let gradient = 0;
        for (let i = 0; i < N; i++) gradient += at(jacobian, i, p) * errors[i];
        theta[p] -= (time / mean / steps) * gradient;
      }
    }
    const beta = fitKernelPredictor(eigen, residual, { by: 'gradientFlow', time });
    const base = normals(3, 6);
    const predicted = predictWithKernel(base, kernelOf(others, jacobian), beta);
    const trained = multiplyVector(others, theta).map((value, i) => base[i] + value);
    expect(relativeError(predicted, trained)).toBeLessThan(1e-3);
  });

  it('goes from nothing to interpolation with time', () => {
    const none = fitKernelPredictor(eigen, residual, { by: 'gradientFlow', time: 0 });
    expect(Math.max(...none.map(Math.abs))).toBe(0);
    const all = fitKernelPredictor(eigen, residual, { by: 'gradientFlow', time: 1e6 });
    expect(relativeError(multiplyVector(kernel, all), residual)).toBeLessThan(1e-6);
  });
});

describe('alignWithEigenbasis', () => {
  it('says 1 from the first on for the leading eigenvector of a kernel of rank one', () => {
    const direction = normals(N, 3);
    const outer = {
      rows: N,
      columns: N,
      data: Float64Array.from({ length: N * N }, (_, i) => direction[Math.floor(i / N)] * direction[i % N]),
    };
    const { cumulative, alignment } = alignWithEigenbasis(eigenSymmetric(outer), direction);
    for (const share of cumulative) expect(share).toBeCloseTo(1, 12);
    expect(alignment).toBeCloseTo(1, 12);
  });

  it('grows to 1 over the eigenvectors', () => {
    const { cumulative, alignment } = alignWithEigenbasis(eigen, residual);
    expect(cumulative).toHaveLength(N);
    cumulative.slice(1).forEach((share, k) => expect(share).toBeGreaterThanOrEqual(cumulative[k]));
    expect(cumulative[N - 1]).toBeCloseTo(1, 12);
    const direct = residual.reduce((sum, value, i) => sum + value * multiplyVector(kernel, residual)[i], 0);
    const size = Math.sqrt(kernel.data.reduce((sum, value) => sum + value ** 2, 0));
    const squares = residual.reduce((sum, value) => sum + value ** 2, 0);
    expect(alignment).toBeCloseTo(direct / (size * squares), 12);
  });
});

describe('residualLogits', () => {
  it('asks for targets of the mean and the spread of the logits', () => {
    const logits = normals(5 * 4, 8);
    const labels = [0, 3, 1, 1, 2];
    const residuals = residualLogits(logits, labels);
    const targets = logits.map((value, i) => value + residuals[i]);
    let [before, after] = [0, 0];
    labels.forEach((label, n) => {
      const row = (values: Float64Array) => values.subarray(4 * n, 4 * n + 4);
      const average = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / 4;
      expect(average(row(targets))).toBeCloseTo(average(row(logits)), 12);
      expect(row(targets).indexOf(Math.max(...row(targets)))).toBe(label);
      before += row(logits).reduce((sum, value) => sum + (value - average(row(logits))) ** 2, 0);
      after += row(targets).reduce((sum, value) => sum + (value - average(row(targets))) ** 2, 0);
    });
    expect(after).toBeCloseTo(before, 10);
  });
});
