import { jvp } from '#numerics/autodiff/jvp';
import type { ParamFunction } from '#numerics/autodiff/param-function';
import {
  axpyTrees,
  disposeTree,
  dotTrees,
  normTree,
  treeFromArrays,
  type ParamTree,
} from '#numerics/autodiff/param-tree';
import { Trace } from '#numerics/autodiff/trace';
import { RandomStream } from '#numerics/engine/random';
import { createTensor, readTensor, sizeOf, tidy, type Shape } from '#numerics/engine/tensor';
import { dot, relativeError } from './closeness';

/** Draws normal parameters of given shapes; belong to the caller. */
export function randomTree(
  shapes: Readonly<Record<string, Shape>>,
  purpose: string,
  deviation = 1,
): ParamTree {
  const arrays = Object.entries(shapes).map(([name, shape]) => {
    const data = new RandomStream(11, `${purpose}:${name}`).normals(sizeOf(shape), 0, deviation);
    return [name, { shape, data }] as const;
  });
  return treeFromArrays(new Map(arrays));
}

/** The shapes of a tree, by name. */
export function shapesOf(tree: ParamTree): Record<string, Shape> {
  return Object.fromEntries([...tree].map(([name, { shape }]) => [name, shape]));
}

/**
 * Compares forward with reverse mode: the largest |⟨Jv,u⟩ − ⟨v,Jᵀu⟩| / (‖Jv‖‖u‖) over random u and v,
 * with Jv taken along the stored trace.
 *
 * Rounding leaves about 10⁻⁷; a rule that is wrong in one mode only is seen.
 */
export function dotProductError(f: ParamFunction, params: ParamTree, draws = 4): number {
  const trace = new Trace(f, params);
  const errors = Array.from({ length: draws }, (_, draw) => {
    const v = randomTree(shapesOf(params), `tangent ${draw}`);
    const cotangent = new RandomStream(12, 'cotangent', draw).normals(trace.primal.size);
    const u = createTensor(cotangent, trace.primal.shape);
    const tangent = trace.pushForward(v);
    const gradient = trace.pullBack(u);
    const pushed = readTensor(tangent);
    const scale = Math.sqrt(dot(pushed, pushed) * dot(cotangent, cotangent));
    const error = Math.abs(dot(pushed, cotangent) - dotTrees(v, gradient)) / scale;
    disposeTree(v);
    disposeTree(gradient);
    u.dispose();
    tangent.dispose();
    return error;
  });
  trace.dispose();
  return Math.max(...errors);
}

/**
 * Compares forward mode with central differences, ‖Jv − (f(θ+hv) − f(θ−hv))/2h‖ / ‖Jv‖, with the step
 * ‖hv‖ = 2·10⁻³‖θ‖ at which float32 is sharpest. Sees what is wrong in both modes alike.
 */
export function centralDifferenceError(f: ParamFunction, params: ParamTree): number {
  const v = randomTree(shapesOf(params), 'direction');
  const step = (2e-3 * normTree(params)) / normTree(v);
  const evaluateAt = (coefficient: number) => {
    const moved = axpyTrees(coefficient, v, params);
    const value = tidy(() => f(moved));
    const numbers = readTensor(value);
    value.dispose();
    disposeTree(moved);
    return numbers;
  };
  const behind = evaluateAt(-step);
  const difference = evaluateAt(step).map((value, i) => (value - behind[i]) / (2 * step));
  const { primal, tangent } = jvp(f, params, v);
  const pushed = readTensor(tangent);
  primal.dispose();
  tangent.dispose();
  disposeTree(v);
  return relativeError(difference, pushed);
}
