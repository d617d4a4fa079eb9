import { AppError } from '#contract/errors';
import type { NamedArray, Shape } from '#numerics/engine/tensor';

/** A tensor whose numbers are read when they are asked for, so that a checkpoint need not fit in memory. */
export interface StoredTensor {
  readonly shape: Shape;
  /** Reads the numbers, row-major, as float32; not to be changed. */
  readonly read: () => Promise<Float32Array>;
}

/**
 * Gives arrays in memory the interface of stored tensors.
 *
 * @param arrays shapes and numbers by name; not copied
 */
export function storedTensors(arrays: ReadonlyMap<string, NamedArray>): Map<string, StoredTensor> {
  return new Map(
    [...arrays].map(([name, { shape, data }]) => [name, { shape, read: () => Promise.resolve(data) }]),
  );
}

/**
 * Returns the shapes of tensors.
 *
 * @param tensors by name
 */
export function shapesOf(tensors: ReadonlyMap<string, { readonly shape: Shape }>): Map<string, Shape> {
  return new Map([...tensors].map(([name, { shape }]) => [name, shape]));
}

/**
 * Refuses numbers that are none when a tensor is read.
 *
 * @param name of the parameter, for the message
 * @param tensor what may hold NaN or infinity
 * @returns the tensor, whose `read` throws `non_finite_params` then
 */
export function checkedFinite(name: string, tensor: StoredTensor): StoredTensor {
  return {
    shape: tensor.shape,
    read: async () => {
      const data = await tensor.read();
      if (data.every(Number.isFinite)) return data;
      throw new AppError('non_finite_params', `parameter "${name}" holds NaN or infinity`, {
        parameter: name,
      });
    },
  };
}

/**
 * Reads all tensors into memory.
 *
 * @param tensors by name
 * @returns shapes and numbers by name
 * @throws {AppError} whatever reading one throws
 */
export async function readAll(tensors: ReadonlyMap<string, StoredTensor>): Promise<Map<string, NamedArray>> {
  const arrays = new Map<string, NamedArray>();
  for (const [name, tensor] of tensors) arrays.set(name, { shape: tensor.shape, data: await tensor.read() });
  return arrays;
}
