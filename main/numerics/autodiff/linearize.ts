import { tf } from '#numerics/engine/library';
import { tidy, type Tensor } from '#numerics/engine/tensor';
import { jvp } from './jvp';
import type { ParamFunction } from './param-function';
import { disposeTree, subtractTrees, type ParamTree } from './param-tree';

/**
 * Returns the first-order expansion of a function at fixed parameters.
 *
 * f_lin(θ) = f(θ0) + J(θ0)·(θ − θ0)
 *
 * Source: arXiv 2305.12827, the linearized model of section 2; neural-tangents' `linearize`.
 *
 * @param f function of parameters
 * @param params0 θ0; kept by reference, the caller keeps it alive
 * @returns f_lin; its result belongs to the caller, and it throws `params_mismatch` if θ has another
 * layout than θ0. Cost: about three forward passes, nothing stored.
 */
export function linearize(f: ParamFunction, params0: ParamTree): (params: ParamTree) => Tensor {
  return (params) => {
    const delta = subtractTrees(params, params0);
    try {
      return tidy(() => {
        const { primal, tangent } = jvp(f, params0, delta);
        return tf.add(primal, tangent);
      });
    } finally {
      disposeTree(delta);
    }
  };
}
