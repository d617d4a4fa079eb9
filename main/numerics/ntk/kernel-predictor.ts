import { multiplyVector, type DenseMatrix } from '#numerics/linalg/dense-matrix';
import { numericalRank } from '#numerics/linalg/numerical-rank';
import type { Eigenpairs } from '#numerics/linalg/symmetric-eigen';

/** How far a kernel predictor is fitted. */
export type KernelFit =
  /** Minimises ‖K β − r‖² + ρ λ̄ βᵀ K β, with λ̄ the mean eigenvalue; ρ = 0 interpolates. */
  | { readonly by: 'ridge'; readonly ridge: number }
  /** What gradient descent with infinitely small steps on ½‖z − y‖² has reached at time t / λ̄. */
  | { readonly by: 'gradientFlow'; readonly time: number };

/**
 * Fits β of f(x) = f0(x) + Σ_ν β_ν k(x_ν, x) to residuals, in the eigenbasis K = U Λ Uᵀ: β = U g(Λ) Uᵀ r with
 * g(λ) = 1 / (λ + ρλ̄) for ridge regression and g(λ) = (1 − e^{−λt/λ̄}) / λ for gradient flow from θ0.
 *
 * Source: arXiv 2305.12827 for the form; Jacot et al. 2018, section 5, for the flow.
 *
 * @param eigen of the Gram matrix of the training points, N × N
 * @param residual r = y − f0 at the training points, N
 * @param fit how far; with ridge 0, eigenvalues that are no more than rounding are left out, because 1 / λ would make the
 *   rounding of the kernel the largest part of β
 * @returns β, N
 */
export function fitKernelPredictor(
  eigen: Eigenpairs,
  residual: ArrayLike<number>,
  fit: KernelFit,
): Float64Array {
  const { values, vectors } = eigen;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const along = projectOnEigenbasis(eigen, residual);
  const isInterpolating = fit.by === 'ridge' && fit.ridge === 0;
  const kept = isInterpolating ? numericalRank(values, values.length) : values.length;
  const coefficients = along.map((part, k) => (k < kept ? part * filter(values[k], mean, fit) : 0));
  return multiplyVector(vectors, coefficients);
}

function filter(value: number, mean: number, fit: KernelFit): number {
  // A Gram matrix has no negative eigenvalues but by rounding.
  const lambda = Math.max(0, value);
  if (fit.by === 'ridge') return 1 / (lambda + fit.ridge * mean);
  const rate = fit.time / mean;
  return lambda === 0 ? rate : -Math.expm1(-lambda * rate) / lambda;
}

/** Uᵀ r. */
function projectOnEigenbasis({ vectors }: Eigenpairs, residual: ArrayLike<number>): Float64Array {
  const { rows, columns, data } = vectors;
  const along = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < columns; k++) along[k] += data[i * columns + k] * residual[i];
  }
  return along;
}

/** How a task lies in the eigenbasis of a kernel. */
export interface KernelAlignment {
  /** Share of ‖r‖² in the span of the first 1, 2, … eigenvectors. */
  readonly cumulative: readonly number[];
  /** rᵀ K r / (‖r‖² ‖K‖_F), from 0 to 1: 1 if r is the only eigenvector. */
  readonly alignment: number;
}

/**
 * Measures how much of what must be learned lies along the leading eigenvectors.
 *
 * Source: Cristianini et al. 2001, "On kernel-target alignment".
 *
 * @param eigen of the Gram matrix, N × N
 * @param residual r = y − f0, N; not all zero
 */
export function alignWithEigenbasis(eigen: Eigenpairs, residual: ArrayLike<number>): KernelAlignment {
  const along = projectOnEigenbasis(eigen, residual);
  const total = along.reduce((sum, part) => sum + part ** 2, 0);
  let [sum, weighted, squares] = [0, 0, 0];
  const cumulative = Array.from(along, (part, k) => {
    sum += part ** 2;
    weighted += eigen.values[k] * part ** 2;
    squares += eigen.values[k] ** 2;
    return sum / total;
  });
  return { cumulative, alignment: weighted / (total * Math.sqrt(squares)) };
}

/**
 * Chooses what class logits are fitted to: each image keeps its mean logit m, and gets
 * y_c = m + s (1[c = label] − 1/C), with s such that the targets deviate from m as much as the logits of f0 do
 * over all images. So no scale has to be chosen.
 *
 * @param logits of f0, N × C
 * @param labels N
 * @returns r = y − f0, N × C
 */
export function residualLogits(logits: Float64Array, labels: ArrayLike<number>): Float64Array {
  const N = labels.length;
  const C = logits.length / N;
  const means = Array.from({ length: N }, (_, n) => {
    let sum = 0;
    for (let c = 0; c < C; c++) sum += logits[n * C + c];
    return sum / C;
  });
  const squares = logits.reduce((sum, value, i) => sum + (value - means[Math.floor(i / C)]) ** 2, 0);
  // A centred one-hot row has squares that sum to (C − 1) / C.
  const scale = Math.sqrt(squares / N / ((C - 1) / C));
  return logits.map((value, i) => {
    const n = Math.floor(i / C);
    return means[n] + scale * ((labels[n] === i % C ? 1 : 0) - 1 / C) - value;
  });
}

/** One row of predictions: f0(x) + Σ_ν β_ν k(x_ν, x). */
export function predictWithKernel(
  base: Float64Array,
  kernel: DenseMatrix,
  coefficients: Float64Array,
): Float64Array {
  const change = multiplyVector(kernel, coefficients);
  return base.map((value, i) => value + change[i]);
}
