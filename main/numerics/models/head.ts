import { AppError } from '#contract/errors';

/**
 * A frozen linear classifier on normalized features. A logit scale is already part of the weight.
 * Kept outside the engine, since what it does is small and is done in float64.
 */
export interface Head {
  /** C. */
  readonly classes: number;
  /** F. */
  readonly featureSize: number;
  /** C × F, row-major. */
  readonly weight: Float32Array;
  /** C. */
  readonly bias: Float32Array;
}

/**
 * Classifies features: logits = W·f/‖f‖ + b.
 *
 * Source: arXiv 2305.12827's reference code, `ClassificationHead`. No guard is put under the norm, as
 * there: a zero feature gives NaN.
 *
 * @param features N × F, row-major
 * @param head the classifier
 * @returns N × C, row-major, float64
 * @throws {AppError} `params_mismatch` if the features are not of the head's size
 */
export function computeLogits(features: Float32Array | Float64Array, head: Head): Float64Array {
  const { classes: C, featureSize: F, weight, bias } = head;
  const samples = countRows(features, F);
  const logits = new Float64Array(samples * C);
  for (let n = 0; n < samples; n++) {
    const feature = features.subarray(n * F, (n + 1) * F);
    const norm = euclideanNorm(feature);
    for (let c = 0; c < C; c++) {
      let dot = 0;
      for (let f = 0; f < F; f++) dot += weight[c * F + f] * feature[f];
      logits[n * C + c] = dot / norm + bias[c];
    }
  }
  return logits;
}

/**
 * Picks the class with the largest logit of each row; the first one where several are equal.
 *
 * @param logits N × C, row-major
 * @param classes C
 * @param first number of the first row among all images, for errors
 * @returns N class indices
 * @throws {AppError} `params_mismatch` if the rows are not of length C; `non_finite_features` if a logit
 * is not a number, because then no class is predicted
 */
export function predictClasses(logits: Float32Array | Float64Array, classes: number, first = 0): Int32Array {
  const predictions = new Int32Array(countRows(logits, classes));
  for (let n = 0; n < predictions.length; n++) {
    const row = n * classes;
    let best = 0;
    for (let c = 0; c < classes; c++) {
      if (Number.isNaN(logits[row + c])) throw notANumber(first + n);
      if (logits[row + c] > logits[row + best]) best = c;
    }
    predictions[n] = best;
  }
  return predictions;
}

/**
 * Returns the Euclidean norm of a vector, accumulated in float64.
 *
 * @param vector any length
 * @returns √Σ vᵢ²
 */
export function euclideanNorm(vector: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}

function countRows(values: { readonly length: number }, columns: number): number {
  const rows = values.length / columns;
  if (!Number.isInteger(rows)) {
    throw new AppError('params_mismatch', `${values.length} numbers are not rows of length ${columns}`, {
      parameter: 'head',
    });
  }
  return rows;
}

function notANumber(sample: number): AppError {
  return new AppError(
    'non_finite_features',
    `The logits of image ${sample} are not numbers: its feature is zero, infinite or not a number.`,
    { sample },
  );
}
