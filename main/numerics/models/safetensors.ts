import { AppError } from '#contract/errors';
import { sizeOf, type NamedArray } from '#numerics/engine/tensor';
import { decodeBfloat16, decodeFloat16 } from './half-floats';
import { readHeader } from './safetensors-header';

/** What a safetensors file holds. */
export interface SafetensorsContent {
  /** Numbers and shapes by name, as float32. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of the header's length, and what the header is padded to a multiple of. */
const WORD = 8;

/**
 * Writes tensors as a safetensors file: the header's length (u64, little-endian), a JSON header, the
 * numbers. Equal contents give equal bytes: names are sorted by code units, and the header is padded
 * with spaces to a multiple of 8 bytes.
 *
 * Source: the format's definition, https://github.com/huggingface/safetensors.
 *
 * @param tensors float32 numbers and shapes by name
 * @param metadata free text by key
 * @returns the bytes of the file
 * @throws {AppError} `internal` if numbers do not fit a shape or a name is reserved
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, NamedArray>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const sorted = [...tensors].sort(byName);
  const header = new TextEncoder().encode(writeHeader(sorted, metadata));
  const dataStart = WORD + Math.ceil(header.length / WORD) * WORD;
  const dataLength = sorted.reduce((sum, [, { data }]) => sum + data.byteLength, 0);

  const bytes = new Uint8Array(dataStart + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(dataStart - WORD), true);
  bytes.fill(0x20, WORD, dataStart).set(header, WORD);
  let position = dataStart;
  for (const [, { data }] of sorted) {
    bytes.set(bytesOf(data), position);
    position += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file whole, or not at all.
 *
 * @param bytes the file
 * @param label name of the file, for error messages
 * @param isLeftOut says of a tensor's name that it is not wanted; its type may then be any
 * @returns tensors as float32 (F32, F16 and BF16 are read, all exactly) and metadata
 * @throws {AppError} `checkpoint_format` naming the file, and the tensor if there is one, for anything
 * that the format does not allow and for tensors of other types
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  label: string,
  isLeftOut: (name: string) => boolean = () => false,
): SafetensorsContent {
  const { entries, metadata, data } = readHeader(bytes, label);
  const tensors = entries
    .filter(({ name }) => !isLeftOut(name))
    .map(({ name, dtype, shape, begin, end }): [string, NamedArray] => {
      const decode = decoders[dtype];
      if (decode !== undefined) return [name, { shape, data: decode(data.subarray(begin, end)) }];
      const readable = Object.keys(decoders).join(', ');
      const problem = `tensor "${name}" has type "${dtype}"; only ${readable} can be read`;
      throw new AppError('checkpoint_format', `${label}: ${problem}`, { file: label, tensor: name });
    });
  return { tensors: new Map(tensors), metadata };
}

const decoders: Readonly<Partial<Record<string, (bytes: Uint8Array) => Float32Array>>> = {
  // Copied, because a file's numbers need not be aligned; with a constructor, because `slice` of a Buffer
  // shares its memory. All platforms of Node 24 are little-endian.
  F32: (bytes) => new Float32Array(new Uint8Array(bytes).buffer),
  F16: decodeFloat16,
  BF16: decodeBfloat16,
};

function writeHeader(
  sorted: readonly (readonly [string, NamedArray])[],
  metadata: Readonly<Record<string, string>>,
): string {
  let end = 0;
  const entries = sorted.map(([name, { shape, data }]) => {
    if (name === '__metadata__' || sizeOf(shape) !== data.length) {
      const what = `tensor "${name}" (${data.length} numbers, shape [${shape.join()}])`;
      throw new AppError('internal', `${what} cannot be written`);
    }
    const begin = end;
    end += data.byteLength;
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype: 'F32', shape, data_offsets: [begin, end] })}`;
  });
  const texts = Object.entries(metadata).sort(byName);
  if (texts.length > 0) entries.unshift(`"__metadata__":${JSON.stringify(Object.fromEntries(texts))}`);
  return `{${entries.join()}}`;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
