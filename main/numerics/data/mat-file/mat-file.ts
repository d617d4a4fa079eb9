import { type ByteSource } from '#numerics/files/byte-source';
import { inflate, inflateHead } from '#numerics/files/inflate';
import { formatError } from '../sources/source-errors';
import { dataType, ElementCursor, readTag, TAG_LENGTH, type ElementTag } from './element-cursor';
import { readMatrixHead } from './matrix-head';
import { readMatrix } from './read-matrix';
import { type MatValue } from './mat-value';

const HEADER_LENGTH = 128;
/** Enough for the flags, dimensions and name of an array. */
const HEAD_LENGTH = 1024;
const MOST_VARIABLES = 10_000;
const DEFAULT_MAXIMUM = 2 ** 30;
const HDF5 = '\x89HDF\r\n\x1a\n';

/** A variable of a file, of which the content is not read yet. */
export interface MatVariable {
  readonly name: string;
  /** Dimensions; empty if the variable is of a kind that is not read. */
  readonly dims: readonly number[];
  /**
   * Reads the content.
   *
   * @throws {AppError} `dataset_format` if it is damaged
   */
  readonly read: () => Promise<MatValue>;
}

/** Where an array lies in a file. */
interface StoredArray {
  readonly offset: number;
  readonly length: number;
  readonly isCompressed: boolean;
  /** Length with its tag once inflated. */
  readonly size: number;
  /** The first bytes, inflated, from its tag on. */
  readonly head: Uint8Array;
}

/**
 * Lists the variables of a MAT file of level 5, as MATLAB 5 to 7 write them. Source: MathWorks, "MAT-File
 * Format", chapter 1. Sizes that the file states are checked before memory is taken for them.
 *
 * @param source the file; must stay open until the variables are read
 * @param maximumBytes how long the variables together may be once they are inflated
 * @throws {AppError} `dataset_format` if the file is of another kind, damaged or too large
 */
export async function openMatFile(
  source: ByteSource,
  maximumBytes = DEFAULT_MAXIMUM,
): Promise<ReadonlyMap<string, MatVariable>> {
  await requireLevel5(source);
  const variables = new Map<string, MatVariable>();
  let total = 0;
  let offset = HEADER_LENGTH;
  for (let count = 0; offset < source.size; count++) {
    if (count > MOST_VARIABLES) throw formatError(source.label, 'it has too many variables');
    const tag = readTag(await source.read(offset, TAG_LENGTH), 0);
    const array = await locate(source, offset, tag);
    offset = nextOffset(offset, tag);
    // Other elements carry nothing that variables need, and so do arrays without content.
    if (array === null) continue;
    total += array.size;
    if (total > maximumBytes) {
      throw formatError(source.label, `its variables are longer than ${maximumBytes / 2 ** 20} MiB`);
    }
    const { name, dims } = readMatrixHead(new ElementCursor(array.head.subarray(TAG_LENGTH), source.label));
    if (variables.has(name)) throw formatError(source.label, `it has two variables named "${name}"`);
    if (name !== '') variables.set(name, { name, dims, read: () => readArray(source, array) });
  }
  return variables;
}

/**
 * Reads all variables of a MAT file of level 5.
 *
 * @param source the file
 * @param maximumBytes how long the variables together may be once they are inflated
 * @returns the values by name
 * @throws {AppError} `dataset_format` if the file is of another kind, damaged or too large
 */
export async function readMatFile(
  source: ByteSource,
  maximumBytes = DEFAULT_MAXIMUM,
): Promise<ReadonlyMap<string, MatValue>> {
  const values = new Map<string, MatValue>();
  for (const [name, variable] of await openMatFile(source, maximumBytes)) {
    values.set(name, await variable.read());
  }
  return values;
}

async function requireLevel5(source: ByteSource): Promise<void> {
  const header = await source.read(0, Math.min(source.size, HEADER_LENGTH));
  const text = Buffer.from(header).toString('latin1');
  if (text.startsWith('MATLAB 7.3') || text.startsWith(HDF5)) {
    const advice = 'save it with the option "-v7" instead';
    throw formatError(source.label, `it is a MAT file of version 7.3 (HDF5), which is not read; ${advice}`);
  }
  const mark = text.slice(HEADER_LENGTH - 2);
  if (mark === 'MI') throw formatError(source.label, 'its numbers are big-endian, which is not read');
  const isVersion1 = text.slice(HEADER_LENGTH - 4, HEADER_LENGTH - 2) === '\x00\x01';
  if (mark !== 'IM' || !isVersion1) throw formatError(source.label, 'it is not a MAT file of level 5');
}

/** Null for what is not an array or has no content. */
async function locate(source: ByteSource, offset: number, tag: ElementTag): Promise<StoredArray | null> {
  const { label } = source;
  const length = tag.size;
  const start = offset + TAG_LENGTH;
  if (tag.type === dataType.matrix && !tag.isSmall && length > 0) {
    if (start + length > source.size) throw formatError(label, 'it ends within a variable');
    const head = await source.read(offset, TAG_LENGTH + Math.min(length, HEAD_LENGTH));
    return { offset, length: TAG_LENGTH + length, isCompressed: false, size: TAG_LENGTH + length, head };
  }
  if (tag.type !== dataType.compressed || tag.isSmall) return null;
  if (start + length > source.size) throw formatError(label, 'it ends within a variable');
  const packed = await source.read(start, Math.min(length, HEAD_LENGTH));
  const head = inflateHead(packed, label, 'dataset_format');
  if (head.length < TAG_LENGTH) throw formatError(label, 'it has a compressed variable without content');
  const inner = readTag(head, 0);
  if (inner.type !== dataType.matrix || inner.size === 0) return null;
  return { offset: start, length, isCompressed: true, size: TAG_LENGTH + inner.size, head };
}

/** Compressed elements follow each other without filling. */
function nextOffset(offset: number, { type, size, isSmall }: ElementTag): number {
  if (isSmall) return offset + TAG_LENGTH;
  const padded = type === dataType.compressed ? size : Math.ceil(size / TAG_LENGTH) * TAG_LENGTH;
  return offset + TAG_LENGTH + padded;
}

async function readArray(source: ByteSource, array: StoredArray): Promise<MatValue> {
  const { offset, length, size } = array;
  const bytes = array.isCompressed
    ? await inflate(source, { offset, length }, size, 'dataset_format')
    : await source.read(offset, length);
  const cursor = new ElementCursor(bytes, source.label);
  return readMatrix(cursor.inside(cursor.next([dataType.matrix])));
}
