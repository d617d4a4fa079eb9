import type { AppError } from '#contract/errors';
import { decodeBfloat16, decodeFloat16 } from './half-floats';

/** How many bytes one number takes, by the names that safetensors has for the types of numbers. */
export const bytesPerNumber = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;

const decoders: Readonly<Partial<Record<string, (bytes: Uint8Array) => Float32Array>>> = {
  // Copied, because a file's numbers need not be aligned; with a constructor, because `slice` of a Buffer
  // shares its memory. All platforms of Node 24 are little-endian.
  F32: (bytes) => new Float32Array(new Uint8Array(bytes).buffer),
  F16: decodeFloat16,
  BF16: decodeBfloat16,
};

/**
 * Returns what turns the bytes of a file into float32, exactly.
 *
 * @param dtype type of the numbers
 * @param complain makes the error about the tensor that has them
 * @throws {AppError} what `complain` makes, for types other than F32, F16 and BF16
 */
export function numberDecoder(
  dtype: string,
  complain: (problem: string) => AppError,
): (bytes: Uint8Array) => Float32Array {
  const decode = decoders[dtype];
  if (decode !== undefined) return decode;
  throw complain(`has type "${dtype}"; only ${Object.keys(decoders).join(', ')} can be read`);
}
