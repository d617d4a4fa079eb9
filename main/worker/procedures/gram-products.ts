import { addTrees, disposeTree, type ParamTree } from '#numerics/autodiff/param-tree';
import { jvp } from '#numerics/autodiff/jvp';
import { readTensor } from '#numerics/engine/tensor';
import type { ProductOperator } from '#numerics/linalg/leading-triplets';
import type { RunContext } from '../run-context';
import { assertFiniteKernel, countImages, type ImageBlock, type KernelNetwork } from './kernel-images';

/** The kernel of one scalar between two sets of images, of which only products are computed. */
interface GramOperatorRequest {
  readonly rows: readonly ImageBlock[];
  readonly columns: readonly ImageBlock[];
  /** u of the scalar u·f, F. */
  readonly cotangent: Float32Array;
  /** Told after every product how many there were. */
  readonly onProduct: (products: number) => void;
}

/**
 * Makes the products of K[n,m] = ⟨∇ u·f(x_n), ∇ u·f(x_m)⟩ without K: K v = J(Jᵀ v), through the parameters, in memory
 * that does not grow with the number of images.
 */
export function gramOperator(
  { rows, columns, cotangent, onProduct }: GramOperatorRequest,
  network: KernelNetwork,
  context: RunContext,
): ProductOperator {
  let products = 0;
  const through = async (
    from: readonly ImageBlock[],
    to: readonly ImageBlock[],
    vector: Float64Array,
  ): Promise<Float64Array> => {
    const direction = await pullBack(from, vector, cotangent, network);
    try {
      return await pushForward(to, direction, cotangent, network);
    } finally {
      disposeTree(direction);
      onProduct(++products);
      await context.breathe();
    }
  };
  return {
    rows: countImages(rows),
    columns: countImages(columns),
    multiply: (vector) => through(columns, rows, vector),
    multiplyTransposed: (vector) => through(rows, columns, vector),
  };
}

/** Jᵀ v = Σ_n v_n ∇ u·f(x_n). */
async function pullBack(
  blocks: readonly ImageBlock[],
  weights: Float64Array,
  cotangent: Float32Array,
  network: KernelNetwork,
): Promise<ParamTree> {
  let sum: ParamTree | null = null;
  let done = 0;
  for (const block of blocks) {
    const images = await network.trace(block);
    const gradient = images.pullBack(cotangent, weights.subarray(done, done + block.count));
    images.dispose();
    done += block.count;
    if (sum === null) sum = gradient;
    else {
      const earlier = sum;
      sum = addTrees(earlier, gradient);
      [earlier, gradient].forEach(disposeTree);
    }
  }
  return sum!;
}

/** J d: the derivative of u·f(x_n) along d for every image. */
async function pushForward(
  blocks: readonly ImageBlock[],
  direction: ParamTree,
  cotangent: Float32Array,
  network: KernelNetwork,
): Promise<Float64Array> {
  const changes: number[] = [];
  for (const block of blocks) {
    await network.withPixels(block, (pixels) => {
      const { primal, tangent } = jvp((theta) => network.encoder(theta, pixels), network.params, direction);
      const features = readTensor(tangent);
      [primal, tangent].forEach((tensor) => tensor.dispose());
      for (let n = 0; n < block.count; n++) {
        let change = 0;
        cotangent.forEach((value, f) => (change += value * features[n * cotangent.length + f]));
        changes.push(change);
      }
    });
  }
  const product = Float64Array.from(changes);
  assertFiniteKernel(product);
  return product;
}
