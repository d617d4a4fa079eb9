import type { Tensor } from '@tensorflow/tfjs';
import { tf } from './library';

/** A float32 array on the active engine; immutable, released by `dispose`. */
export type { Tensor } from '@tensorflow/tfjs';

/** Lengths of the axes of a tensor, outermost first. */
export type Shape = readonly number[];

/** Numbers with their shape, outside the engine: what files hold and what optimizers work on. */
export interface NamedArray {
  readonly shape: Shape;
  /** Row-major values; as many as the product of `shape`. */
  readonly data: Float32Array;
}

/** What the engine holds at this moment. */
export interface EngineMemory {
  readonly tensors: number;
  readonly bytes: number;
}

/**
 * Counts the elements of a shape.
 *
 * @param shape lengths of the axes
 * @returns their product; 1 for a scalar
 */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

/**
 * Puts arrays behind one another.
 *
 * @param parts any number of them
 * @returns a new array with all their numbers, or the only part itself
 */
export function concatenateArrays(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0];
  const result = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    result.set(part, position);
    position += part.length;
  }
  return result;
}

/**
 * Puts numbers on the engine.
 *
 * @param data row-major values; copied
 * @param shape lengths of the axes; their product is the length of `data`
 * @returns a tensor that belongs to the caller
 */
export function createTensor(data: Float32Array, shape: Shape): Tensor {
  // The cpu engine would keep a reference to the caller's array.
  return tf.tensor(data.slice(), [...shape], 'float32');
}

/**
 * Reads a tensor.
 *
 * @param tensor any float32 tensor
 * @returns a copy of its values, row-major
 */
export function readTensor(tensor: Tensor): Float32Array {
  return tensor.dataSync<'float32'>().slice();
}

/**
 * Runs a function and disposes every tensor it made, except those in its result.
 *
 * @param compute makes tensors; must not be asynchronous
 * @returns its result, whose tensors belong to the caller
 */
export function tidy<R extends Tensor | readonly Tensor[]>(compute: () => R): R {
  return tf.tidy(compute as () => Tensor | Tensor[]) as R;
}

/**
 * Makes a second owner of the same numbers without copying them.
 *
 * @param tensor any tensor
 * @returns a tensor of its own lifetime, which belongs to the caller; survives an enclosing `tidy`
 * only if kept or returned
 */
export function share(tensor: Tensor): Tensor {
  return tf.reshape(tensor, tensor.shape);
}

/**
 * Exempts a tensor from the enclosing `tidy`.
 *
 * @param tensor any tensor
 * @returns the same tensor; whoever keeps it must dispose it
 */
export function keep(tensor: Tensor): Tensor {
  return tf.keep(tensor);
}

/** Returns how many bytes the active engine can hold at most; infinite where the machine is the limit. */
export function engineByteLimit(): number {
  // The wasm backend is built with a heap of 4 GiB less one page.
  return tf.getBackend() === 'wasm' ? 2 ** 32 - 2 ** 16 : Infinity;
}

/** Returns how many tensors are alive and the bytes they take. */
export function engineMemory(): EngineMemory {
  const { numTensors, numBytes } = tf.memory();
  return { tensors: numTensors, bytes: numBytes };
}
