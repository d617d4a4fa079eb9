import { tf } from '#numerics/engine/library';
import { QUICK_GELU_SLOPE } from '#numerics/engine/tensor-algebra';
import type { Saved } from '#numerics/engine/primitive-types';
import type { Tensor } from '#numerics/engine/tensor';

/** 1/√(2π), the height of the standard normal density φ. */
const NORMAL_DENSITY_AT_ZERO = 1 / Math.sqrt(2 * Math.PI);

/**
 * Applies the Jacobian of softmax, which is symmetric: P∘(d − Σ P∘d).
 *
 * @param weights P, the result of softmax on the last axis
 * @param direction d, a tangent or a cotangent of the same shape
 * @returns the same shape; belongs to the caller
 */
export function softmaxDerivative(weights: Tensor, direction: Tensor): Tensor {
  const weighted = tf.mul(weights, direction);
  return tf.sub(weighted, tf.mul(weights, tf.sum(weighted, -1, true)));
}

/**
 * Applies the Jacobian of x̂ = (x − mean x)/√(var x + ε), which is symmetric:
 * r·(d − mean d − x̂·mean(x̂∘d)) with r = 1/√(var x + ε).
 *
 * @param saved x̂ and r of the forward pass
 * @param direction d, a tangent of x or a cotangent of x̂
 * @returns the same shape; belongs to the caller
 */
export function normalizationDerivative(saved: Saved<'layerNorm'>, direction: Tensor): Tensor {
  const { normalized, inverseDeviation } = saved;
  const centered = tf.sub(direction, tf.mean(direction, -1, true));
  const along = tf.mean(tf.mul(normalized, direction), -1, true);
  return tf.mul(tf.sub(centered, tf.mul(normalized, along)), inverseDeviation);
}

/**
 * Multiplies by the slope of QuickGELU: with s = σ(1.702x) and y = xs it is s + 1.702·y·(1 − s).
 *
 * @param saved s and y of the forward pass
 * @param direction a tangent or a cotangent of the same shape
 * @returns the same shape; belongs to the caller
 */
export function quickGeluDerivative(saved: Saved<'quickGelu'>, direction: Tensor): Tensor {
  const { sigmoid, output } = saved;
  const bend = tf.mul(output, tf.sub(QUICK_GELU_SLOPE, tf.mul(sigmoid, QUICK_GELU_SLOPE)));
  return tf.mul(tf.add(sigmoid, bend), direction);
}

/**
 * Multiplies by the slope of GELU: Φ(x) + x·φ(x).
 *
 * @param saved x and Φ(x) of the forward pass
 * @param direction a tangent or a cotangent of the same shape
 * @returns the same shape; belongs to the caller
 */
export function geluDerivative(saved: Saved<'gelu'>, direction: Tensor): Tensor {
  const { x, cdf } = saved;
  const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), NORMAL_DENSITY_AT_ZERO);
  return tf.mul(tf.add(cdf, tf.mul(x, density)), direction);
}
