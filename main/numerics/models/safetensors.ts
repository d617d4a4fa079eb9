import { AppError } from '#contract/errors';
import { sizeOf, type NamedArray, type Shape } from '#numerics/engine/tensor';
import type { ByteSource } from '#numerics/files/byte-source';
import { complainer } from './complain';
import { numberDecoder } from './number-types';
import { decodeSafetensorsHeader, readSafetensorsHeader, type SafetensorsHeader } from './safetensors-header';
import type { StoredTensor } from './stored-tensor';

/** What a safetensors file holds. */
export interface SafetensorsContent<T = NamedArray> {
  /** By name, as float32. */
  readonly tensors: ReadonlyMap<string, T>;
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
  for (const [name, { shape, data }] of sorted) requireSize(name, shape, data);
  const start = encodeStart(sorted, metadata);
  const bytes = new Uint8Array(start.length + sorted.reduce((sum, [, { data }]) => sum + data.byteLength, 0));
  bytes.set(start);
  let position = start.length;
  for (const [, { data }] of sorted) {
    bytes.set(bytesOf(data), position);
    position += data.byteLength;
  }
  return bytes;
}

/**
 * Writes a safetensors file as {@link encodeSafetensors} does, one tensor after the other, so that no more
 * than one is in memory.
 *
 * @param tensors read when it is their turn
 * @param metadata free text by key
 * @param write takes the bytes in order
 * @throws {AppError} whatever reading a tensor throws
 */
export async function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
  write: (bytes: Uint8Array) => Promise<unknown>,
): Promise<void> {
  const sorted = [...tensors].sort(byName);
  await write(encodeStart(sorted, metadata));
  for (const [name, tensor] of sorted) {
    const data = await tensor.read();
    requireSize(name, tensor.shape, data);
    await write(bytesOf(data));
  }
}

/**
 * Reads a safetensors file whole, or not at all.
 *
 * @param bytes the file
 * @param label name of the file, for error messages
 * @returns tensors as float32 (F32, F16 and BF16 are read, all exactly) and metadata
 * @throws {AppError} `checkpoint_format` naming the file, and the tensor if there is one, for anything
 * that the format does not allow and for tensors of other types
 */
export function decodeSafetensors(bytes: Uint8Array, label: string): SafetensorsContent {
  const { entries, metadata, dataStart } = decodeSafetensorsHeader(bytes, label);
  const tensors = entries.map((entry): [string, NamedArray] => {
    const data = decodeNumbers(entry, bytes.subarray(dataStart + entry.begin, dataStart + entry.end), label);
    return [entry.name, { shape: entry.shape, data }];
  });
  return { tensors: new Map(tensors), metadata };
}

/**
 * Opens a safetensors file: reads and checks its header, and each tensor when it is asked for.
 *
 * @param source the file; must stay open while tensors are read
 * @returns tensors as float32; one of a type other than F32, F16 and BF16 throws when it is read
 * @throws {AppError} `checkpoint_format` as {@link decodeSafetensors}
 */
export async function openSafetensors(source: ByteSource): Promise<SafetensorsContent<StoredTensor>> {
  const { entries, metadata, dataStart } = await readSafetensorsHeader(source);
  const tensors = entries.map((entry): [string, StoredTensor] => [
    entry.name,
    {
      shape: entry.shape,
      read: async () =>
        decodeNumbers(
          entry,
          await source.read(dataStart + entry.begin, entry.end - entry.begin),
          source.label,
        ),
    },
  ]);
  return { tensors: new Map(tensors), metadata };
}

type Entry = SafetensorsHeader['entries'][number];

function decodeNumbers({ name, dtype }: Entry, bytes: Uint8Array, label: string): Float32Array {
  return numberDecoder(dtype, (problem) => complainer(label)(problem, name))(bytes);
}

/** The header's length, the header and its padding. */
function encodeStart(
  sorted: readonly (readonly [string, { readonly shape: Shape }])[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const header = new TextEncoder().encode(writeHeader(sorted, metadata));
  const start = new Uint8Array(WORD + Math.ceil(header.length / WORD) * WORD).fill(0x20, WORD);
  new DataView(start.buffer).setBigUint64(0, BigInt(start.length - WORD), true);
  start.set(header, WORD);
  return start;
}

function writeHeader(
  sorted: readonly (readonly [string, { readonly shape: Shape }])[],
  metadata: Readonly<Record<string, string>>,
): string {
  let end = 0;
  const entries = sorted.map(([name, { shape }]) => {
    if (name === '__metadata__')
      throw new AppError('internal', 'a tensor has the reserved name __metadata__');
    const begin = end;
    end += sizeOf(shape) * Float32Array.BYTES_PER_ELEMENT;
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype: 'F32', shape, data_offsets: [begin, end] })}`;
  });
  const texts = Object.entries(metadata).sort(byName);
  if (texts.length > 0) entries.unshift(`"__metadata__":${JSON.stringify(Object.fromEntries(texts))}`);
  return `{${entries.join()}}`;
}

function requireSize(name: string, shape: Shape, data: Float32Array): void {
  if (sizeOf(shape) === data.length) return;
  throw new AppError(
    'internal',
    `tensor "${name}" (${data.length} numbers, shape [${shape.join()}]) cannot be written`,
  );
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
