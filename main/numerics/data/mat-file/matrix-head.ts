import { dataType, type ElementCursor } from './element-cursor';

const MOST_DIMENSIONS = 32;
const COMPLEX = 0x08;

/** What the class number of an array means. */
const kinds: Readonly<Record<number, MatrixHead['kind']>> = {
  1: 'cells',
  2: 'structs',
  4: 'text',
  ...Object.fromEntries(Array.from({ length: 10 }, (_, i) => [6 + i, 'numbers'])),
};

/** Classes that are not read but begin as the others do: objects and sparse arrays. */
const OBJECT = 3;
const SPARSE = 5;

/** What an array says of itself before its content. */
export interface MatrixHead {
  readonly kind: 'numbers' | 'text' | 'cells' | 'structs' | 'unread';
  /** At least two, unless the array is not read. */
  readonly dims: readonly number[];
  /** Number of elements. */
  readonly count: number;
  /** Empty for elements of cells and structures. */
  readonly name: string;
}

/**
 * Reads what comes before the content of an array: its class, its dimensions and its name.
 *
 * @param cursor at the beginning of the array; afterwards at the beginning of its content
 * @throws {AppError} `dataset_format` if it is damaged
 */
export function readMatrixHead(cursor: ElementCursor): MatrixHead {
  const { data: flags } = cursor.next([dataType.uint32]);
  if (flags.length !== 8) throw cursor.error('an array in it has no flags');
  const kind = kinds[flags[0]] ?? 'unread';
  // What follows the flags of functions and opaque objects is not documented.
  if (kind === 'unread' && flags[0] !== OBJECT && flags[0] !== SPARSE) {
    return { kind, dims: [], count: 0, name: '' };
  }
  const dims = readDimensions(cursor);
  const count = dims.reduce((product, size) => product * size, 1);
  const name = Buffer.from(cursor.next().data).toString('latin1');
  const isComplex = (flags[1] & COMPLEX) !== 0;
  return { kind: isComplex ? 'unread' : kind, dims, count, name };
}

function readDimensions(cursor: ElementCursor): number[] {
  const { data } = cursor.next([dataType.int32]);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length % 4 !== 0 || data.length < 8 || data.length > 4 * MOST_DIMENSIONS) {
    throw cursor.error(`an array in it has dimensions of ${data.length} bytes`);
  }
  const dims = Array.from({ length: data.length / 4 }, (_, i) => view.getInt32(4 * i, true));
  if (dims.some((size) => size < 0)) throw cursor.error('an array in it has a negative dimension');
  return dims;
}
