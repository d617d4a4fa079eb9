import { AppError } from '#contract/errors';
import { kernels } from '#numerics/engine/kernels/active-kernels';
import { tf } from '#numerics/engine/library';
import { createTensor, readTensor, type NamedArray, type Tensor } from '#numerics/engine/tensor';

/**
 * Parameters, tangents or gradients, keyed by parameter name. Two trees go together only if they hold
 * the same names with the same shapes.
 */
export type ParamTree = ReadonlyMap<string, Tensor>;

/**
 * Puts parameters on the engine.
 *
 * @param arrays numbers and shapes by name; copied
 * @returns a tree that belongs to the caller
 */
export function treeFromArrays(arrays: ReadonlyMap<string, NamedArray>): ParamTree {
  return new Map([...arrays].map(([name, { data, shape }]) => [name, createTensor(data, shape)]));
}

/**
 * Reads parameters from the engine.
 *
 * @param tree any tree
 * @returns copies of its numbers, by name
 */
export function treeToArrays(tree: ParamTree): Map<string, NamedArray> {
  return new Map([...tree].map(([name, x]) => [name, { shape: x.shape, data: readTensor(x) }]));
}

/**
 * Checks that two trees hold the same names with the same shapes.
 *
 * @param expected the tree that sets the layout
 * @param actual the tree that must agree
 * @throws {AppError} `params_mismatch` naming the first parameter that is missing, unexpected or of another shape
 */
export function assertSameLayout(expected: ParamTree, actual: ParamTree): void {
  const mismatch = (parameter: string, what: string) =>
    new AppError('params_mismatch', `parameter "${parameter}" ${what}`, { parameter });
  for (const [name, { shape }] of expected) {
    const other = actual.get(name)?.shape;
    if (other === undefined) throw mismatch(name, 'is missing');
    if (shape.join() !== other.join()) {
      throw mismatch(name, `has shape [${other.join(', ')}] where [${shape.join(', ')}] is expected`);
    }
  }
  for (const name of actual.keys()) if (!expected.has(name)) throw mismatch(name, 'is not expected');
}

/**
 * Adds two trees.
 *
 * @param a any tree
 * @param b of the same layout
 * @returns a + b; belongs to the caller
 * @throws {AppError} `params_mismatch` if the layouts differ
 */
export function addTrees(a: ParamTree, b: ParamTree): ParamTree {
  return combine(a, b, (x, y) => tf.add(x, y));
}

/**
 * Subtracts two trees.
 *
 * @param a any tree
 * @param b of the same layout
 * @returns a − b; belongs to the caller
 * @throws {AppError} `params_mismatch` if the layouts differ
 */
export function subtractTrees(a: ParamTree, b: ParamTree): ParamTree {
  return combine(a, b, (x, y) => tf.sub(x, y));
}

/**
 * Multiplies a tree by a number.
 *
 * @param coefficient α
 * @param x any tree
 * @returns αx; belongs to the caller
 */
export function scaleTree(coefficient: number, x: ParamTree): ParamTree {
  return map(x, (tensor) => tf.mul(tensor, coefficient));
}

/**
 * Adds a multiple of one tree to another.
 *
 * @param coefficient α
 * @param x any tree
 * @param y of the same layout
 * @returns αx + y; belongs to the caller
 * @throws {AppError} `params_mismatch` if the layouts differ
 */
export function axpyTrees(coefficient: number, x: ParamTree, y: ParamTree): ParamTree {
  return combine(x, y, (a, b) => tf.tidy(() => tf.add(tf.mul(a, coefficient), b)));
}

/**
 * Takes the inner product of two trees, accumulated in float64, parameter by parameter in the order
 * of their names: a tree read back from a file may list them differently, and the last bits of a sum
 * depend on its order.
 *
 * @param a any tree
 * @param b of the same layout
 * @returns Σ aᵢbᵢ over all P numbers
 * @throws {AppError} `params_mismatch` if the layouts differ
 */
export function dotTrees(a: ParamTree, b: ParamTree): number {
  assertSameLayout(a, b);
  let sum = 0;
  for (const name of [...a.keys()].sort()) {
    const x = readTensor(a.get(name)!);
    const y = readTensor(b.get(name)!);
    for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  }
  return sum;
}

/**
 * Takes the Euclidean norm over all numbers of a tree, accumulated in float64.
 *
 * @param x any tree
 * @returns √Σ xᵢ²
 */
export function normTree(x: ParamTree): number {
  let sum = 0;
  for (const name of [...x.keys()].sort()) sum += kernels().sumSquares(x.get(name)!);
  return Math.sqrt(sum);
}

/**
 * Makes a tree of zeros.
 *
 * @param x the tree that sets the layout
 * @returns zeros of that layout; belong to the caller
 */
export function zerosLikeTree(x: ParamTree): ParamTree {
  return map(x, (tensor) => tf.zeros(tensor.shape));
}

/**
 * Makes a second owner of the same numbers without copying them.
 *
 * @param x any tree
 * @returns a tree of its own lifetime; belongs to the caller
 */
export function shareTree(x: ParamTree): ParamTree {
  return map(x, (tensor) => tf.reshape(tensor, tensor.shape));
}

/**
 * Releases all tensors of a tree.
 *
 * @param x a tree that belongs to the caller
 */
export function disposeTree(x: ParamTree): void {
  for (const tensor of x.values()) tensor.dispose();
}

function map(x: ParamTree, compute: (tensor: Tensor) => Tensor): ParamTree {
  return new Map([...x].map(([name, tensor]) => [name, compute(tensor)]));
}

function combine(a: ParamTree, b: ParamTree, compute: (x: Tensor, y: Tensor) => Tensor): ParamTree {
  assertSameLayout(a, b);
  return new Map([...a].map(([name, x]) => [name, compute(x, b.get(name)!)]));
}
