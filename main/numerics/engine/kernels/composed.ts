import { AppError } from '#contract/errors';
import { tf } from '../library';
import { createTensor, readTensor, type Tensor } from '../tensor';
import { joinHeads, lastAxis, splitHeads, sumLeadingByProduct } from '../tensor-algebra';
import type { AttentionAttributes, KernelSet, SavedLayerNorm } from './kernel-set';

/** The constant of CLIP's QuickGELU, x·σ(1.702x) (open_clip `QuickGELU`). */
const QUICK_GELU_SLOPE = 1.702;

/** 1/√(2π), the height of the standard normal density φ. */
const NORMAL_DENSITY_AT_ZERO = 1 / Math.sqrt(2 * Math.PI);

/** Added to the score of a token that must not be seen; its weight becomes exactly zero. */
const HIDDEN = -1e30;

/** The kernels composed of TensorFlow.js ops; they run on every engine. */
export const composedKernels: KernelSet = {
  addRow: (x, row, other) => tf.add(other === undefined ? x : tf.add(x, other), row),

  sumLeading: (x, shape, factor) => sumLeadingByProduct(factor === undefined ? x : tf.mul(x, factor), shape),

  layerNorm: (x, weight, bias, epsilon) => {
    const centered = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centered), -1, true);
    const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
    const normalized = tf.mul(centered, inverseDeviation);
    return { output: tf.add(tf.mul(normalized, weight), bias), normalized, inverseDeviation };
  },

  layerNormJvp: (saved, dx, dWeight, dBias) => {
    const pushed = tf.mul(normalizationDerivative(saved, dx), saved.weight);
    return tf.add(tf.add(pushed, tf.mul(saved.normalized, dWeight)), dBias);
  },

  layerNormVjp: (saved, u) => normalizationDerivative(saved, tf.mul(u, saved.weight)),

  attention: (qkv, attributes) => {
    const { queries, keys, values } = takeApart(qkv, attributes);
    const scores = tf.matMul(queries, keys, false, true);
    const [, T] = qkv.shape;
    const weights = tf.softmax(attributes.causal ? tf.add(scores, hideLater(T)) : scores);
    const output = joinHeads([tf.matMul(weights, values)], outputShape(qkv), attributes.heads);
    return { output, weights };
  },

  attentionJvp: ({ qkv, weights }, attributes, dQkv) => {
    const { queries, keys, values } = takeApart(qkv, attributes);
    const along = takeApart(dQkv, attributes);
    const dScores = tf.add(
      tf.matMul(along.queries, keys, false, true),
      tf.matMul(queries, along.keys, false, true),
    );
    const dWeights = softmaxDerivative(weights, dScores);
    const dHeads = tf.add(tf.matMul(dWeights, values), tf.matMul(weights, along.values));
    return joinHeads([dHeads], outputShape(qkv), attributes.heads);
  },

  attentionVjp: ({ qkv, weights }, attributes, u) => {
    const { queries, keys, values } = takeApart(qkv, attributes);
    const [dHeads] = splitHeads(u, attributes.heads, 1);
    const dScores = softmaxDerivative(weights, tf.matMul(dHeads, values, false, true));
    const dQueries = tf.mul(tf.matMul(dScores, keys), 1 / Math.sqrt(lastAxis(keys)));
    const dKeys = tf.matMul(dScores, queries, true, false);
    const dValues = tf.matMul(weights, dHeads, true, false);
    return joinHeads([dQueries, dKeys, dValues], qkv.shape, attributes.heads);
  },

  sumSquares: (x) => {
    let sum = 0;
    for (const value of readTensor(x)) sum += value * value;
    return sum;
  },

  adamW: ({ params, gradient, firstMoment, secondMoment }, constants) => {
    const { beta1, beta2, epsilon, learningRate, keptShare, firstCorrection, secondCorrection } = constants;
    const theta = readTensor(params);
    const g = readTensor(gradient);
    const m = readTensor(firstMoment);
    const v = readTensor(secondMoment);
    for (let i = 0; i < theta.length; i++) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
      const direction = m[i] / firstCorrection / (Math.sqrt(v[i] / secondCorrection) + epsilon);
      theta[i] = theta[i] * keptShare - learningRate * direction;
    }
    const { shape } = params;
    return {
      params: createTensor(theta, shape),
      firstMoment: createTensor(m, shape),
      secondMoment: createTensor(v, shape),
    };
  },

  quickGelu: (x) => tf.mul(x, tf.sigmoid(tf.mul(x, QUICK_GELU_SLOPE))),

  quickGeluSlope: (x) => {
    const scaled = tf.mul(x, QUICK_GELU_SLOPE);
    const sigmoid = tf.sigmoid(scaled);
    return tf.add(sigmoid, tf.mul(tf.mul(scaled, sigmoid), tf.sub(1, sigmoid)));
  },

  gelu: (x) => tf.mul(x, normalCdf(x)),

  geluSlope: (x) => {
    const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), NORMAL_DENSITY_AT_ZERO);
    return tf.add(normalCdf(x), tf.mul(x, density));
  },
};

/** Queries, already divided by √d, keys and values, each BH × T × d. */
function takeApart(qkv: Tensor, { heads }: AttentionAttributes) {
  if (qkv.shape.length !== 3 || lastAxis(qkv) % (3 * heads) !== 0) {
    throw new AppError('internal', `attention: ${heads} heads do not fit shape [${qkv.shape.join()}]`);
  }
  const [raw, keys, values] = splitHeads(qkv, heads, 3);
  return { queries: tf.mul(raw, 1 / Math.sqrt(lastAxis(raw))), keys, values };
}

function outputShape(qkv: Tensor): number[] {
  const [B, T, packed] = qkv.shape;
  return [B, T, packed / 3];
}

/** T × T with zeros on and below the diagonal. */
function hideLater(T: number): Tensor {
  const data = Float32Array.from({ length: T * T }, (_, i) => (i % T > Math.floor(i / T) ? HIDDEN : 0));
  return tf.tensor(data, [T, T], 'float32');
}

/** Applies the Jacobian of softmax on the last axis, which is symmetric: P∘(d − Σ P∘d). */
function softmaxDerivative(weights: Tensor, direction: Tensor): Tensor {
  const weighted = tf.mul(weights, direction);
  return tf.sub(weighted, tf.mul(weights, tf.sum(weighted, -1, true)));
}

/** Applies the Jacobian of x̂ = (x − mean x)·r, which is symmetric: r·(d − mean d − x̂·mean(x̂∘d)). */
function normalizationDerivative(
  { normalized, inverseDeviation }: SavedLayerNorm,
  direction: Tensor,
): Tensor {
  const centered = tf.sub(direction, tf.mean(direction, -1, true));
  const along = tf.mean(tf.mul(normalized, direction), -1, true);
  return tf.mul(tf.sub(centered, tf.mul(normalized, along)), inverseDeviation);
}

/** Φ(x) = ½(1 + erf(x√½)). */
function normalCdf(x: Tensor): Tensor {
  return tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
}
