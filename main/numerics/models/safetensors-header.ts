import { z } from 'zod';
import { sizeOf } from '#numerics/engine/tensor';
import type { ByteSource } from '#numerics/files/byte-source';
import { complainer, type Complain } from './complain';
import { bytesPerNumber } from './number-types';

/** Types of numbers that the format has. */
type DataTypeName = keyof typeof bytesPerNumber;

/** One tensor as a header describes it. */
interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: DataTypeName;
  readonly shape: readonly number[];
  /** Bytes from `begin` to before `end` of the data. */
  readonly begin: number;
  readonly end: number;
}

/** What a header says, with every offset checked. */
export interface SafetensorsHeader {
  readonly entries: readonly SafetensorsEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the data begins in the file; what entries say counts from there. */
  readonly dataStart: number;
}

const LENGTH_BYTES = 8;

/** As the format's own library has it: a header that claims more is a lie or an attack. */
const LONGEST_HEADER = 100_000_000;

const lengthSchema = z.int().min(0);
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(lengthSchema),
  data_offsets: z.tuple([lengthSchema, lengthSchema]),
});
const metadataSchema = z.record(z.string(), z.string());

/**
 * Reads the header of a safetensors file and checks all that it claims: every tensor's type, size and
 * place, and that the tensors cover the data without gap or overlap.
 *
 * @param source the file
 * @returns checked entries and metadata
 * @throws {AppError} `checkpoint_format` naming the file, and the tensor if there is one
 */
export async function readSafetensorsHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const complain = complainer(source.label);
  if (source.size < LENGTH_BYTES) throw complain('is too short to be a safetensors file');
  const length = headerLength(await source.read(0, LENGTH_BYTES), source.size, complain);
  return parseHeader(await source.read(LENGTH_BYTES, length), source.size, complain);
}

/**
 * Reads the header of a safetensors file in memory; see {@link readSafetensorsHeader}.
 *
 * @param bytes the file
 * @param label name of the file, for error messages
 * @returns checked entries and metadata
 * @throws {AppError} `checkpoint_format` naming the file, and the tensor if there is one
 */
export function decodeSafetensorsHeader(bytes: Uint8Array, label: string): SafetensorsHeader {
  const complain = complainer(label);
  if (bytes.length < LENGTH_BYTES) throw complain('is too short to be a safetensors file');
  const length = headerLength(bytes.subarray(0, LENGTH_BYTES), bytes.length, complain);
  return parseHeader(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length), bytes.length, complain);
}

function headerLength(bytes: Uint8Array, fileSize: number, complain: Complain): number {
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(fileSize - LENGTH_BYTES)) throw complain('ends before its header does');
  if (length > LONGEST_HEADER) throw complain(`has a header of ${Number(length)} bytes, which is too long`);
  return Number(length);
}

function parseHeader(bytes: Uint8Array, fileSize: number, complain: Complain): SafetensorsHeader {
  const fields = Object.entries(parseObject(decodeText(bytes, complain), complain));
  const dataStart = LENGTH_BYTES + bytes.length;
  const entries = fields
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => checkEntry(name, value, complain));
  assertCovered(entries, fileSize - dataStart, complain);
  const metadata = metadataSchema.safeParse(fields.find(([name]) => name === '__metadata__')?.[1] ?? {});
  if (!metadata.success) throw complain('has metadata that is not text by key');
  return { entries, metadata: metadata.data, dataStart };
}

function decodeText(bytes: Uint8Array, complain: Complain): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw complain('has a header that is not UTF-8 text');
  }
}

function parseObject(text: string, complain: Complain): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw complain('has a header that is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw complain('has a header that is not a JSON object');
  }
  let duplicate: string | undefined;
  try {
    duplicate = findDuplicateKey(text);
  } catch {
    // The expression runs out of stack at names of many megabytes, which no tensor has.
    throw complain('has a name that is too long');
  }
  if (duplicate !== undefined) throw complain('is described twice', duplicate);
  return parsed;
}

/** Finds a key that occurs twice in one object of a valid JSON text; `JSON.parse` keeps the last silently. */
function findDuplicateKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, key] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (key) {
      const name = JSON.parse(key) as string;
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
  }
  return undefined;
}

function checkEntry(name: string, value: unknown, complain: Complain): SafetensorsEntry {
  const entry = entrySchema.safeParse(value);
  if (!entry.success) throw complain(`is described wrongly: ${z.prettifyError(entry.error)}`, name);
  const { dtype, shape, data_offsets: offsets } = entry.data;
  const [begin, end] = offsets;
  if (!isKnownType(dtype)) {
    throw complain(`has type "${dtype}", which is not known`, name);
  }
  if (sizeOf(shape) * bytesPerNumber[dtype] !== end - begin) {
    throw complain(`has ${end - begin} bytes, which is not what shape [${shape.join(', ')}] takes`, name);
  }
  return { name, dtype, shape, begin, end };
}

function isKnownType(dtype: string): dtype is DataTypeName {
  return Object.hasOwn(bytesPerNumber, dtype);
}

function assertCovered(entries: readonly SafetensorsEntry[], length: number, complain: Complain): void {
  let covered = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < covered) throw complain('overlaps another tensor', name);
    if (begin > covered) throw complain('leaves a gap before it', name);
    if (end > length) throw complain('reaches beyond the end of the file', name);
    covered = end;
  }
  if (covered < length) throw complain(`has ${length - covered} bytes that belong to no tensor`);
}
