import type { ParamTree } from '#numerics/autodiff/param-tree';
import { tf } from '#numerics/engine/library';
import type { Tensor } from '#numerics/engine/tensor';

/** The same function as one under test, composed of TensorFlow.js ops; inputs in the order of the tree. */
export type Composition = (...inputs: Tensor[]) => Tensor;

/** Jᵀu by TensorFlow.js's own reverse mode; belongs to the caller. */
export function oracleVjp(compose: Composition, params: ParamTree, cotangent: Tensor): Tensor[] {
  return tf.grads((...inputs: Tensor[]) => compose(...inputs))([...params.values()], cotangent);
}

/**
 * Jv by differentiating TensorFlow.js's pullback in its seed: u ↦ ⟨Jᵀu, v⟩ is linear in u with
 * gradient Jv, so no rule of ours and no gradient of a gradient in the parameters takes part.
 */
export function oracleJvp(compose: Composition, params: ParamTree, tangents: ParamTree): Tensor {
  const directions = [...tangents.values()];
  return tf.tidy(() => {
    const seed = tf.zerosLike(compose(...params.values()));
    const pulledAlong = (u: Tensor) =>
      oracleVjp(compose, params, u)
        .map((gradient, i) => tf.sum(tf.mul(gradient, directions[i])))
        .reduce((sum, term) => tf.add(sum, term));
    return tf.grad(pulledAlong)(seed);
  });
}
