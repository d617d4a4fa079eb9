import { AppError } from '#contract/errors';
import { computeLogits, euclideanNorm, predictClasses, type Head } from '#numerics/models/head';

/** The loss of a batch and its derivative with respect to the features. */
export interface ClassificationLoss {
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** How many of the B predictions are right. */
  readonly correct: number;
  /** ∂loss/∂features, B × F. */
  readonly cotangent: Float32Array;
}

/**
 * Computes the mean cross-entropy of normalized features under a frozen head, and its derivative.
 *
 * z = W·f/‖f‖ + b, loss = −(1/B) Σ log softmax(z)[label], and with g = Wᵀ(softmax(z) − onehot)/B and
 * f̂ = f/‖f‖ the derivative of a row is (g − f̂·(f̂·g))/‖f‖.
 *
 * Source: cross-entropy without label smoothing (`finetune.py` of the reference implementation of arXiv 2305.12827). Computed in float64.
 *
 * @param features un-normalized, B × F, row-major
 * @param head the classifier
 * @param labels B class indices
 * @returns loss, count of right predictions, and derivative
 * @throws {AppError} `params_mismatch` if features and head do not fit, `class_mismatch` if a label is not
 * a class of the head
 */
export function classificationLoss(
  features: Float32Array,
  head: Head,
  labels: ArrayLike<number>,
): ClassificationLoss {
  const { classes: C, featureSize: F } = head;
  const logits = computeLogits(features, head);
  const B = logits.length / C;
  assertLabels(labels, B, C);
  const predictions = predictClasses(logits, C);
  const cotangent = new Float32Array(features.length);
  let loss = 0;
  let correct = 0;
  for (let n = 0; n < B; n++) {
    const label = labels[n];
    if (predictions[n] === label) correct++;
    const row = logits.subarray(n * C, (n + 1) * C);
    const logSum = logSumExp(row);
    loss += (logSum - row[label]) / B;
    const residual = row.map((logit, c) => (Math.exp(logit - logSum) - (c === label ? 1 : 0)) / B);
    const feature = features.subarray(n * F, (n + 1) * F);
    cotangent.set(pullThroughHead(residual, feature, head), n * F);
  }
  return { loss, correct, cotangent };
}

/** Pulls ∂loss/∂logits of one sample back through head and normalization. */
function pullThroughHead(residual: Float64Array, feature: Float32Array, head: Head): Float64Array {
  const F = head.featureSize;
  const pulled = new Float64Array(F);
  residual.forEach((weight, c) => {
    for (let f = 0; f < F; f++) pulled[f] += weight * head.weight[c * F + f];
  });
  const norm = euclideanNorm(feature);
  let along = 0;
  for (let f = 0; f < F; f++) along += (pulled[f] * feature[f]) / norm;
  return pulled.map((value, f) => (value - (along * feature[f]) / norm) / norm);
}

function logSumExp(row: Float64Array): number {
  const largest = row.reduce((a, b) => Math.max(a, b));
  return largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

function assertLabels(labels: ArrayLike<number>, batch: number, classes: number): void {
  if (labels.length !== batch) {
    throw new AppError('internal', `${labels.length} labels for ${batch} samples`);
  }
  const stray = Array.from(labels).find(
    (label) => !(Number.isInteger(label) && label >= 0 && label < classes),
  );
  if (stray !== undefined) {
    throw new AppError('class_mismatch', `label ${stray} is not one of the head's ${classes} classes`, {
      label: stray,
      classes,
    });
  }
}
