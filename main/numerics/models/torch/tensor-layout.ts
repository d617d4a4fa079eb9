import { sizeOf } from '#numerics/engine/tensor';
import type { Complain } from '../complain';
import { bytesPerNumber } from './data-types';
import type { PickleTensorParts, PickleValue } from './pickle-values';

/** Where the numbers of a tensor lie; every one of them within the storage. */
export interface TensorLayout {
  readonly shape: readonly number[];
  /** How far it is from one number to the next along each axis, in numbers. */
  readonly strides: readonly number[];
  /** Where the first number begins among the storage's bytes. */
  readonly begin: number;
  /** How many numbers there are from the first to the last, those between that do not belong included. */
  readonly span: number;
}

const MOST_AXES = 64;

/**
 * Checks what a pickle says about a tensor.
 *
 * @param path where the tensor stands, for errors
 * @param parts what the pickle says
 * @param complain makes the error
 * @returns where its numbers lie
 * @throws {AppError} `checkpoint_format` naming the tensor if it is not within its storage, or has more numbers
 * than that
 */
export function checkLayout(path: string, parts: PickleTensorParts, complain: Complain): TensorLayout {
  const { storage } = parts;
  const shape = requireCounts(parts.shape);
  const strides = requireCounts(parts.strides);
  const offset = requireCounts([parts.offset])?.[0];
  if (shape === null || strides === null || offset === undefined || shape.length !== strides.length) {
    throw complain('is described wrongly', path);
  }
  const size = bytesPerNumber[parts.dtype];
  const stored = Math.floor((storage.count * bytesPerNumber[storage.dtype]) / size);
  const count = sizeOf(shape);
  if (count > stored) {
    throw complain(`has shape [${shape.join(', ')}], more numbers than the ${stored} of its storage`, path);
  }
  // Too large numbers may be inexact here, but not small.
  const reach = shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis], 0);
  const span = count === 0 ? 0 : reach + 1;
  if (offset + span > stored) throw complain('reaches beyond its storage', path);
  return { shape, strides, begin: storage.first * bytesPerNumber[storage.dtype] + offset * size, span };
}

/**
 * Puts numbers that lie apart, or in another order, behind one another.
 *
 * @param numbers from the first to the last number of the tensor
 * @param layout of the tensor; its span is the length of `numbers`
 * @returns row-major numbers; `numbers` itself if they are so already
 */
export function gather(numbers: Float32Array, layout: TensorLayout): Float32Array {
  const { shape, strides } = layout;
  if (isContiguous(shape, strides)) return numbers;
  const result = new Float32Array(sizeOf(shape));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = numbers[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      index[axis]++;
      if (index[axis] < shape[axis]) break;
      from -= index[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return result;
}

/** An axis of length 1 may have any stride. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  return shape.every((_, i) => {
    const axis = shape.length - 1 - i;
    const fits = shape[axis] === 1 || strides[axis] === expected;
    expected *= shape[axis];
    return fits;
  });
}

function requireCounts(value: PickleValue | undefined): readonly number[] | null {
  if (!Array.isArray(value) || value.length > MOST_AXES) return null;
  const isCount = (item: PickleValue): item is number =>
    typeof item === 'number' && Number.isSafeInteger(item) && item >= 0;
  return value.every(isCount) ? value : null;
}
