import { z } from 'zod';
import { AppError } from '#contract/errors';
import { sizeOf } from '#numerics/engine/tensor';

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

/** A file taken apart, with every offset checked. */
export interface SafetensorsParts {
  readonly entries: readonly SafetensorsEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** What follows the header. */
  readonly data: Uint8Array;
}

const bytesPerNumber = {
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

const LENGTH_BYTES = 8;

const lengthSchema = z.int().min(0);
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(lengthSchema),
  data_offsets: z.tuple([lengthSchema, lengthSchema]),
});
const metadataSchema = z.record(z.string(), z.string());

/** Makes the error for a file, and for one of its tensors if named. */
type Complain = (problem: string, tensor?: string) => AppError;

/**
 * Takes a safetensors file apart and checks all that its header claims: every tensor's type, size and
 * place, and that the tensors cover the data without gap or overlap.
 *
 * @param bytes the file
 * @param label name of the file, for error messages
 * @returns checked entries, metadata, and the data that entries point into
 * @throws {AppError} `checkpoint_format` naming the file, and the tensor if there is one
 */
export function readHeader(bytes: Uint8Array, label: string): SafetensorsParts {
  const complain: Complain = (problem, tensor) => {
    const where = tensor === undefined ? '' : `tensor "${tensor}" `;
    const data = { file: label, ...(tensor === undefined ? {} : { tensor }) };
    return new AppError('checkpoint_format', `${label}: ${where}${problem}`, data);
  };
  const { text, data } = splitFile(bytes, complain);
  const fields = Object.entries(parseObject(text, complain));
  const entries = fields
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => checkEntry(name, value, complain));
  assertCovered(entries, data.length, complain);
  const metadata = metadataSchema.safeParse(fields.find(([name]) => name === '__metadata__')?.[1] ?? {});
  if (!metadata.success) throw complain('has metadata that is not text by key');
  return { entries, metadata: metadata.data, data };
}

function splitFile(bytes: Uint8Array, complain: Complain): { text: string; data: Uint8Array } {
  if (bytes.length < LENGTH_BYTES) throw complain('is too short to be a safetensors file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(bytes.length - LENGTH_BYTES)) throw complain('ends before its header does');
  const dataStart = LENGTH_BYTES + Number(length);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, dataStart));
    return { text, data: bytes.subarray(dataStart) };
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
  const duplicate = findDuplicateKey(text);
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
