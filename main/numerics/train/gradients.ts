import type { ParamTree } from '#numerics/autodiff/param-tree';
import { Trace } from '#numerics/autodiff/trace';
import { createTensor, readTensor, type Tensor } from '#numerics/engine/tensor';
import type { Head } from '#numerics/models/head';
import type { ImageEncoder } from '#numerics/models/vision-transformer';
import { classificationLoss, type ClassificationLoss } from './classification-loss';

/** The loss of a batch and its gradient. */
export interface LossGradient {
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** How many of the B predictions are right. */
  readonly correct: number;
  /** ∂loss/∂θ; belongs to the caller. */
  readonly gradient: ParamTree;
}

/**
 * Computes the gradient of standard fine-tuning: Jᵀ(θ)·L'(f(x; θ)).
 *
 * Cost: three forward passes; stores one evaluation.
 *
 * @param encoder f
 * @param params θ
 * @param pixels B × S × S × 3, normalized
 * @param labels B class indices
 * @param head frozen classifier
 * @returns loss, right predictions and gradient
 * @throws {AppError} `params_mismatch` or `class_mismatch` if encoder, head and labels do not fit
 */
export function standardGradient(
  encoder: ImageEncoder,
  params: ParamTree,
  pixels: Tensor,
  labels: ArrayLike<number>,
  head: Head,
): LossGradient {
  const trace = new Trace((theta) => encoder(theta, pixels), params);
  return pullLossBack(trace, () => classificationLoss(readTensor(trace.primal), head, labels));
}

/**
 * Computes the gradient of linearized fine-tuning: Jᵀ(θ0)·L'(f_lin) with
 * f_lin = f(x; θ0) + J(θ0)·(θ − θ0), both products along one evaluation.
 *
 * Source: arXiv 2305.12827, fine-tuning in the tangent space; no nested differentiation, because
 * f_lin is affine in θ. Cost: about five forward passes; stores one evaluation.
 *
 * @param encoder f
 * @param params0 θ0, where the encoder is expanded
 * @param delta θ − θ0, of the same layout
 * @param pixels B × S × S × 3, normalized
 * @param labels B class indices
 * @param head frozen classifier
 * @returns loss of f_lin, right predictions, and gradient with respect to θ (equally, to θ − θ0)
 * @throws {AppError} `params_mismatch` or `class_mismatch` if encoder, delta, head and labels do not fit
 */
export function linearGradient(
  encoder: ImageEncoder,
  params0: ParamTree,
  delta: ParamTree,
  pixels: Tensor,
  labels: ArrayLike<number>,
  head: Head,
): LossGradient {
  const trace = new Trace((theta) => encoder(theta, pixels), params0);
  return pullLossBack(trace, () => {
    const tangent = trace.pushForward(delta);
    const pushed = readTensor(tangent);
    tangent.dispose();
    const features = readTensor(trace.primal).map((value, i) => value + pushed[i]);
    return classificationLoss(features, head, labels);
  });
}

/** Evaluates the loss of a traced batch and pulls its derivative back; consumes the trace. */
function pullLossBack(trace: Trace, evaluate: () => ClassificationLoss): LossGradient {
  try {
    const { loss, correct, cotangent } = evaluate();
    const u = createTensor(cotangent, trace.primal.shape);
    const gradient = trace.pullBackAndDispose(u);
    u.dispose();
    return { loss, correct, gradient };
  } finally {
    trace.dispose();
  }
}
