import type { ByteSource } from '#numerics/files/byte-source';
import { numberDecoder } from '../number-types';
import type { Complain } from '../complain';
import { bytesPerNumber, type TorchDataType } from './data-types';
import type { PickleTensor } from './pickle-values';
import { checkLayout, gather } from './tensor-layout';

/** A tensor whose numbers are read when they are asked for. */
export interface TorchTensor {
  readonly dtype: TorchDataType;
  readonly shape: readonly number[];
  /**
   * Reads the numbers, row-major, as float32.
   *
   * @throws {AppError} `checkpoint_format` naming the tensor if its type is not F32, F16 or BF16
   */
  readonly read: () => Promise<Float32Array>;
}

/** Where the numbers of a tensor are found. */
export interface TensorPlace {
  readonly source: ByteSource;
  /** Where its storage begins in the source. */
  readonly start: number;
}

/**
 * Makes a tensor of what a pickle says about it, after checking that.
 *
 * @param path where the tensor stands, for errors
 * @param tensor what the pickle says
 * @param place where its numbers are
 * @param complain makes the error
 * @throws {AppError} `checkpoint_format` naming the tensor if it is not within its storage
 */
export function openTensor(
  path: string,
  tensor: PickleTensor,
  place: TensorPlace,
  complain: Complain,
): TorchTensor {
  const { dtype, isAltered } = tensor.parts;
  const layout = checkLayout(path, tensor.parts, complain);
  return {
    dtype,
    shape: layout.shape,
    read: async () => {
      const decode = numberDecoder(dtype, (problem) => complain(problem, path));
      if (isAltered) throw complain('is stored negated, which cannot be read', path);
      const bytes = await place.source.read(place.start + layout.begin, layout.span * bytesPerNumber[dtype]);
      return gather(decode(bytes), layout);
    },
  };
}
