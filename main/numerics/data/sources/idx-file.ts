import { memorySource, openFile, type ByteSource, type OpenFile } from '#numerics/files/byte-source';
import { inflate, inflateHead } from '#numerics/files/inflate';
import { formatError } from './source-errors';

/** A gzip file may store its name before the data; this is enough for both names and headers. */
const PEEK = 4096;
const MAXIMUM_INFLATED = 2 ** 32;

/** An IDX file of unsigned bytes; whoever opened it closes it. */
export interface IdxFile {
  readonly path: string;
  /** Sizes of the dimensions, the number of items first. */
  readonly dims: readonly number[];
  /** Reads the bytes of an item. */
  readonly readItem: (index: number) => Promise<Uint8Array>;
  /** Reads the bytes of all items. */
  readonly readAll: () => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}

/**
 * Opens a file in Yann LeCun's IDX format: two zero bytes, the type of the numbers (8: unsigned bytes),
 * the number of dimensions, their sizes as big-endian words, then the numbers, the last dimension
 * varying fastest. The file may be compressed with gzip, which its content tells; it is then held in
 * memory.
 *
 * @param path the file
 * @param rank number of dimensions that it must have: 1 for labels, 3 for gray images, 4 for images in color
 * @throws {AppError} `dataset_format` if the file is not of this kind, or longer or shorter than its
 *   dimensions say; `source_missing` if it cannot be read
 */
export async function openIdxFile(path: string, rank: 1 | 3 | 4): Promise<IdxFile> {
  const file = await openFile(path, 'dataset_format');
  try {
    const start = await file.read(0, Math.min(file.size, 2));
    return start[0] === 0x1f && start[1] === 0x8b
      ? await openCompressed(file, rank)
      : await openPlain(file, rank);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openPlain(file: OpenFile, rank: number): Promise<IdxFile> {
  const dims = readHeader(await file.read(0, Math.min(file.size, headerLength(rank))), rank, file.label);
  const size = headerLength(rank) + product(dims);
  if (file.size !== size)
    throw formatError(file.label, `it has ${file.size} bytes, not ${size} as its header says`);
  return makeIdxFile(file, dims, () => file.close());
}

async function openCompressed(file: OpenFile, rank: number): Promise<IdxFile> {
  const { label } = file;
  const head = inflateHead(await file.read(0, Math.min(file.size, PEEK)), label, 'dataset_format');
  const dims = readHeader(head, rank, label);
  const size = headerLength(rank) + product(dims);
  if (size > MAXIMUM_INFLATED) throw formatError(label, 'its header says that it is longer than 4 GiB');
  const bytes = await inflate(file, { offset: 0, length: file.size }, size, 'dataset_format');
  await file.close();
  return makeIdxFile(memorySource(bytes, label, 'dataset_format'), dims, () => Promise.resolve());
}

function makeIdxFile(source: ByteSource, dims: readonly number[], close: () => Promise<void>): IdxFile {
  const start = headerLength(dims.length);
  const itemLength = product(dims.slice(1));
  return {
    path: source.label,
    dims,
    readItem: (index) => source.read(start + index * itemLength, itemLength),
    readAll: () => source.read(start, product(dims)),
    close,
  };
}

function readHeader(head: Uint8Array, rank: number, label: string): number[] {
  if (head.length < headerLength(rank)) throw formatError(label, 'it ends within its header');
  const isIdx = head[0] === 0 && head[1] === 0;
  if (!isIdx) throw formatError(label, 'it does not begin as an IDX file does');
  if (head[2] !== 8) throw formatError(label, 'its numbers are not unsigned bytes');
  if (head[3] !== rank) throw formatError(label, `it has ${head[3]} dimensions, not ${rank}`);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const dims = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  if (dims.includes(0)) throw formatError(label, 'it is empty');
  return dims;
}

function headerLength(rank: number): number {
  return 4 + 4 * rank;
}

function product(dims: readonly number[]): number {
  return dims.reduce((result, size) => result * size, 1);
}
