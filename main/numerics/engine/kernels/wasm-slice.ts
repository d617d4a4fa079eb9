import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs';
import { tf } from '../library';
import { replaceKernel } from './replace-kernel';
import { sizeOf } from '../tensor';

/** The part of the wasm backend that works on its heap; its own type is not exported. */
interface WasmHeap {
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
  typedArrayFromHeap(info: TensorInfo): Float32Array;
}

// The library's function reads the shape only, although it asks for a tensor.
const parseSliceParams = tf.slice_util.parseSliceParams as (
  x: TensorInfo,
  begin: number | number[],
  size: number | number[],
) => number[][];

/**
 * Replaces slicing of float32 tensors on the wasm engine by one that copies the slice only.
 *
 * The backend's own first copies the whole tensor off its heap, which makes taking queries, keys and
 * values apart as dear as multiplying them. Calling it again changes nothing.
 */
export function installWasmSlice(): void {
  replaceKernel('wasm', 'Slice', routeSlice);
}

function routeSlice(slice: KernelFunc): KernelFunc {
  return (kernelArguments) => {
    const { x } = kernelArguments.inputs;
    if (x?.dtype !== 'float32') return slice(kernelArguments);
    const attributes = kernelArguments.attrs as { begin: number | number[]; size: number | number[] };
    const [begin, size] = parseSliceParams(x, attributes.begin, attributes.size);
    const heap = kernelArguments.backend as WasmHeap;
    const result = heap.makeOutput(size, 'float32');
    // Views are taken last: making the output may move the heap.
    copyBlock(heap.typedArrayFromHeap(x), x.shape, begin, size, heap.typedArrayFromHeap(result));
    return result;
  };
}

/** Copies a block of a row-major array, run by contiguous run. */
function copyBlock(
  source: Float32Array,
  shape: readonly number[],
  begin: readonly number[],
  size: readonly number[],
  target: Float32Array,
): void {
  // Axes after the last one that is cut are copied whole, so a run spans them.
  let runAxis = shape.length - 1;
  while (runAxis > 0 && size[runAxis] === shape[runAxis]) runAxis--;
  const stride = sizeOf(shape.slice(runAxis + 1));
  const run = size[runAxis] * stride;
  const runs = run === 0 ? 0 : target.length / run;
  for (let index = 0; index < runs; index++) {
    let rest = index;
    let offset = begin[runAxis] * stride;
    let axisStride = shape[runAxis] * stride;
    for (let axis = runAxis - 1; axis >= 0; axis--) {
      offset += (begin[axis] + (rest % size[axis])) * axisStride;
      rest = Math.floor(rest / size[axis]);
      axisStride *= shape[axis];
    }
    target.set(source.subarray(offset, offset + run), index * run);
  }
}
