import { AppError } from '#contract/errors';
import { euclideanNorm } from '#numerics/models/head';

/** The loss of a batch of images with captions, and its derivatives. */
export interface ContrastiveLoss {
  /** Mean of both directions, in nats. */
  readonly loss: number;
  /** How many of the B images are nearest to their own caption (or one equal to it). */
  readonly correct: number;
  /** ∂loss/∂(image features), B × F. */
  readonly imageCotangent: Float32Array;
  /** ∂loss/∂(text features), U × F. */
  readonly textCotangent: Float32Array;
  /** ∂loss/∂s. */
  readonly logitScaleCotangent: number;
}

/**
 * Computes the symmetric InfoNCE loss of B image–caption pairs of which some captions are equal, with all
 * pairs of equal captions as positives.
 *
 * With unit vectors î_b, t̂_b and z_bc = eˢ î_b·t̂_c, target p_bc = 1/n_b where the captions of b and c are
 * equal (n_b of them) and 0 elsewhere: loss = ½[mean_b H(p_b·, softmax z_b·) + mean_c H(p_·c, softmax z_·c)].
 * A caption that occurs n times stands for n equal columns, so its text is encoded once.
 *
 * Source: Radford et al. 2021, figure 3, for distinct captions. Computed in float64.
 *
 * @param imageFeatures un-normalized, B × F, row-major
 * @param textFeatures un-normalized features of the U distinct captions, U × F
 * @param captionOf for each image, which of the U captions is its own; every caption belongs to an image
 * @param logScale s, the logarithm of the factor on cosine similarities
 * @returns loss, count of right matches, and derivatives
 * @throws {AppError} `non_finite_features` if a feature is zero, infinite or not a number
 */
export function contrastiveLoss(
  imageFeatures: Float32Array,
  textFeatures: Float32Array,
  captionOf: ArrayLike<number>,
  logScale: number,
): ContrastiveLoss {
  const B = captionOf.length;
  const F = imageFeatures.length / B;
  const U = textFeatures.length / F;
  const counts = new Float64Array(U);
  for (let b = 0; b < B; b++) counts[captionOf[b]] += 1;
  const images = normalizeRows(imageFeatures, F, 'image');
  const texts = normalizeRows(textFeatures, F, 'caption');
  const scale = Math.exp(logScale);
  const cosines = new Float64Array(B * U);
  for (let b = 0; b < B; b++) {
    for (let u = 0; u < U; u++) cosines[b * U + u] = dot(images.unit, b * F, texts.unit, u * F, F);
  }
  const logits = cosines.map((cosine) => scale * cosine);
  const { residual, loss, correct } = compare(logits, captionOf, counts);

  const imagePull = new Float64Array(B * F);
  const textPull = new Float64Array(U * F);
  let logitScaleCotangent = 0;
  for (let b = 0; b < B; b++) {
    for (let u = 0; u < U; u++) {
      const at = b * U + u;
      logitScaleCotangent += residual[at] * logits[at];
      const weight = residual[at] * scale;
      for (let f = 0; f < F; f++) {
        imagePull[b * F + f] += weight * texts.unit[u * F + f];
        textPull[u * F + f] += weight * images.unit[b * F + f];
      }
    }
  }
  return {
    loss,
    correct,
    imageCotangent: pullThroughNorm(imagePull, images, F),
    textCotangent: pullThroughNorm(textPull, texts, F),
    logitScaleCotangent,
  };
}

/** Loss, right matches, and ∂loss/∂z summed over the columns of equal captions, B × U. */
function compare(
  logits: Float64Array,
  captionOf: ArrayLike<number>,
  counts: Float64Array,
): { residual: Float64Array; loss: number; correct: number } {
  const B = captionOf.length;
  const U = counts.length;
  const residual = new Float64Array(B * U);
  let loss = 0;
  let correct = 0;
  for (let b = 0; b < B; b++) {
    const own = captionOf[b];
    const row = logits.subarray(b * U, (b + 1) * U);
    let largest = Number.NEGATIVE_INFINITY;
    let best = 0;
    row.forEach((logit, u) => {
      if (logit > largest) [largest, best] = [logit, u];
    });
    if (best === own) correct++;
    let sum = 0;
    row.forEach((logit, u) => (sum += counts[u] * Math.exp(logit - largest)));
    const logSum = largest + Math.log(sum);
    loss += (0.5 * (logSum - row[own])) / B;
    row.forEach((logit, u) => {
      const probability = counts[u] * Math.exp(logit - logSum);
      residual[b * U + u] += (0.5 * (probability - (u === own ? 1 : 0))) / B;
    });
  }
  for (let u = 0; u < U; u++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let b = 0; b < B; b++) largest = Math.max(largest, logits[b * U + u]);
    let sum = 0;
    for (let b = 0; b < B; b++) sum += Math.exp(logits[b * U + u] - largest);
    const logSum = largest + Math.log(sum);
    for (let b = 0; b < B; b++) {
      const isOwn = captionOf[b] === u;
      // The n columns of this caption are equal: each gives 1/n to every one of its n images.
      const weight = (0.5 * counts[u]) / B;
      const target = isOwn ? 1 / counts[u] : 0;
      if (isOwn) loss += (weight * (logSum - logits[b * U + u])) / counts[u];
      residual[b * U + u] += weight * (Math.exp(logits[b * U + u] - logSum) - target);
    }
  }
  return { residual, loss, correct };
}

interface UnitRows {
  readonly unit: Float64Array;
  readonly norms: Float64Array;
}

function normalizeRows(features: Float32Array, F: number, what: string): UnitRows {
  const norms = new Float64Array(features.length / F);
  const unit = Float64Array.from(features);
  norms.forEach((_, n) => {
    const row = unit.subarray(n * F, (n + 1) * F);
    const norm = euclideanNorm(row);
    if (!(norm > 0 && Number.isFinite(norm))) {
      throw new AppError(
        'non_finite_features',
        `The feature of ${what} ${n} is zero, infinite or not a number.`,
        {
          sample: n,
        },
      );
    }
    norms[n] = norm;
    for (let f = 0; f < F; f++) row[f] /= norm;
  });
  return { unit, norms };
}

/** Pulls ∂loss/∂(unit vector) back through normalization: (g − û(û·g))/‖f‖. */
function pullThroughNorm(pull: Float64Array, { unit, norms }: UnitRows, F: number): Float32Array {
  const cotangent = new Float32Array(pull.length);
  norms.forEach((norm, n) => {
    const along = dot(pull, n * F, unit, n * F, F);
    for (let f = n * F; f < (n + 1) * F; f++) cotangent[f] = (pull[f] - along * unit[f]) / norm;
  });
  return cotangent;
}

function dot(x: Float64Array, xAt: number, y: Float64Array, yAt: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += x[xAt + k] * y[yAt + k];
  return sum;
}
