import type { DataId, KernelFunc, TensorInfo } from '@tensorflow/tfjs';
import { tf } from '../library';
import { replaceKernel } from './replace-kernel';

/** What a kernel gets besides its inputs; the backend's own type is not exported. */
type KernelArguments = Parameters<KernelFunc>[0];

/**
 * Routes products of two matrices on the wasm engine through explicit transposes.
 *
 * The backend has two loops: XNNPACK's for A·B at rank 2 (35 GFLOPS), and a naive one for everything
 * else (2.5 GFLOPS). Transposing an operand first costs far less than the naive loop. Batched products
 * are left alone. Calling it again changes nothing.
 */
export function installWasmMatMul(): void {
  replaceKernel('wasm', 'BatchMatMul', routeMatMul);
}

function routeMatMul(multiply: KernelFunc): KernelFunc {
  return (kernelArguments) => {
    const { a, b } = kernelArguments.inputs;
    const { transposeA, transposeB } = kernelArguments.attrs as { transposeA: boolean; transposeB: boolean };
    if (!a || !b || a.shape.length !== 2 || b.shape.length !== 2 || !(transposeA || transposeB)) {
      return multiply(kernelArguments);
    }
    const dispose = (info: TensorInfo) =>
      (kernelArguments.backend as { disposeData(id: DataId): boolean }).disposeData(info.dataId);
    const product = (left: TensorInfo, right: TensorInfo) =>
      multiply({
        ...kernelArguments,
        inputs: { a: left, b: right },
        attrs: { transposeA: false, transposeB: false },
      }) as TensorInfo;

    if (transposeA && !transposeB && isReverseOrderCheaper(a, b)) {
      // AᵀB = (BᵀA)ᵀ
      const left = transpose(kernelArguments, b);
      const flipped = product(left, a);
      const result = transpose(kernelArguments, flipped);
      dispose(left);
      dispose(flipped);
      return result;
    }
    const left = transposeA ? transpose(kernelArguments, a) : a;
    const right = transposeB ? transpose(kernelArguments, b) : b;
    const result = product(left, right);
    if (transposeA) dispose(left);
    if (transposeB) dispose(right);
    return result;
  };
}

/** Whether transposing B (K × N) and the result (N × M) moves fewer numbers than transposing A (K × M). */
function isReverseOrderCheaper(a: TensorInfo, b: TensorInfo): boolean {
  const [inner, m] = a.shape;
  const n = b.shape[1];
  return inner * n + n * m < inner * m;
}

function transpose({ backend }: KernelArguments, x: TensorInfo): TensorInfo {
  const kernel = tf.getKernel('Transpose', 'wasm');
  return kernel.kernelFunc({ inputs: { x }, backend, attrs: { perm: [1, 0] } }) as TensorInfo;
}
