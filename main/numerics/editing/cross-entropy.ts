import type { LabeledResponses } from './right-intervals';

/** A value with its gradient. */
export interface ValueAndGradient {
  readonly value: number;
  /** T. */
  readonly gradient: Float64Array;
}

/**
 * Returns the cross-entropy of the linearised model as a function of the coefficients, averaged over tasks,
 * and over the images of each:
 * L(α) = (1/K) Σ_k (1/N_k) Σ_n [log Σ_c exp z_nc(α) − z_ny(α)] with the true logits
 * z(α) = W f(α) / ‖f(α)‖ + b. Its gradient goes through the norm.
 *
 * @param tasks K splits, with responses to the same T task vectors
 * @param coefs α, T
 * @throws {RangeError} if a feature at these coefficients is zero
 */
export function crossEntropy(tasks: readonly LabeledResponses[], coefs: ArrayLike<number>): ValueAndGradient {
  const gradient = new Float64Array(coefs.length);
  let value = 0;
  for (const task of tasks) value += addTask(task, coefs, gradient, 1 / tasks.length);
  return { value, gradient };
}

/** Adds the weighted gradient of one task and returns its weighted value. */
function addTask(
  { responses, labels }: LabeledResponses,
  coefs: ArrayLike<number>,
  gradient: Float64Array,
  share: number,
): number {
  const { count, classCount: C, tangentCount: T, projections, grams, bias } = responses;
  const width = 1 + T;
  const a = Float64Array.from({ length: width }, (_, i) => (i === 0 ? 1 : coefs[i - 1]));
  const logits = new Float64Array(C);
  const gramTimesA = new Float64Array(width);
  const weight = share / count;
  let sum = 0;
  for (let image = 0; image < count; image++) {
    const row = image * width * C;
    let squared = 0;
    for (let i = 0; i < width; i++) {
      let dot = 0;
      for (let j = 0; j < width; j++) dot += grams[(image * width + i) * width + j] * a[j];
      gramTimesA[i] = dot;
      squared += a[i] * dot;
    }
    if (!(squared > 0)) throw new RangeError(`the feature of image ${image} is zero at these coefficients`);
    const norm = Math.sqrt(squared);
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < C; c++) {
      let projection = 0;
      for (let i = 0; i < width; i++) projection += a[i] * projections[row + i * C + c];
      logits[c] = projection / norm;
      most = Math.max(most, logits[c] + bias[c]);
    }
    let total = 0;
    for (let c = 0; c < C; c++) total += Math.exp(logits[c] + bias[c] - most);
    const label = labels[image];
    sum += most + Math.log(total) - logits[label] - bias[label];
    // ∂z_c/∂α_t = (w_c·d_t)/‖f‖ − (w_c·f/‖f‖) (d_t·f)/‖f‖².
    for (let c = 0; c < C; c++) {
      const slope = Math.exp(logits[c] + bias[c] - most) / total - (c === label ? 1 : 0);
      for (let t = 0; t < T; t++) {
        const change = projections[row + (t + 1) * C + c] / norm - (logits[c] * gramTimesA[t + 1]) / squared;
        gradient[t] += weight * slope * change;
      }
    }
  }
  return weight * sum;
}
