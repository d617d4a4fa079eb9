import { type AppError } from '#contract/errors';
import { formatError } from '../sources/source-errors';

/** Numbers of the data types that elements are stored as. */
export const dataType = {
  int8: 1,
  uint8: 2,
  int16: 3,
  uint16: 4,
  int32: 5,
  uint32: 6,
  single: 7,
  double: 9,
  int64: 12,
  uint64: 13,
  matrix: 14,
  compressed: 15,
  utf8: 16,
  utf16: 17,
} as const;

/** Length of the tag that begins an element, in bytes. */
export const TAG_LENGTH = 8;

/** A piece of data with its type. */
export interface MatElement {
  /** See {@link dataType}. */
  readonly type: number;
  /** Not copied. */
  readonly data: Uint8Array;
}

/** The tag of an element. */
export interface ElementTag {
  readonly type: number;
  /** Length of the data in bytes. */
  readonly size: number;
  /** Whether the data lie inside the tag. */
  readonly isSmall: boolean;
}

/**
 * Reads the tag that begins an element. Data of up to 4 bytes can lie in the tag itself; its first word
 * then holds their length in the upper half.
 *
 * @param bytes at least {@link TAG_LENGTH} bytes
 * @param offset where the tag begins
 */
export function readTag(bytes: Uint8Array, offset: number): ElementTag {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = view.getUint32(offset, true);
  const isSmall = word > 0xffff;
  return isSmall
    ? { type: word & 0xffff, size: word >>> 16, isSmall }
    : { type: word, size: view.getUint32(offset + 4, true), isSmall };
}

/** Reads elements that lie one after the other. Everything throws `dataset_format` if they are damaged. */
export class ElementCursor {
  readonly #bytes: Uint8Array;
  readonly #label: string;
  #offset = 0;

  /**
   * @param bytes not copied
   * @param label the file, for messages
   */
  constructor(bytes: Uint8Array, label: string) {
    this.#bytes = bytes;
    this.#label = label;
  }

  /** Number of bytes after those that were taken. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** Makes a cursor over the elements that another element holds. */
  inside(element: MatElement): ElementCursor {
    return new ElementCursor(element.data, this.#label);
  }

  /**
   * Takes the next element.
   *
   * @param allowed data types that it may have; all if left out
   */
  next(allowed?: readonly number[]): MatElement {
    const bytes = this.#bytes;
    const start = this.#offset;
    if (start + TAG_LENGTH > bytes.length) throw this.error('it ends within an array');
    const { type, size, isSmall } = readTag(bytes, start);
    const dataStart = start + (isSmall ? TAG_LENGTH / 2 : TAG_LENGTH);
    if (dataStart + size > bytes.length || (isSmall && size > TAG_LENGTH / 2)) {
      throw this.error('an array in it says that it is longer than it is');
    }
    if (allowed !== undefined && !allowed.includes(type)) {
      throw this.error(`it has data of type ${type} where another type belongs`);
    }
    // Elements begin at multiples of eight bytes; after the last, the filling may be left out.
    const padded = isSmall ? TAG_LENGTH : TAG_LENGTH + Math.ceil(size / TAG_LENGTH) * TAG_LENGTH;
    this.#offset = Math.min(start + padded, bytes.length);
    return { type, data: bytes.subarray(dataStart, dataStart + size) };
  }

  /** Makes the error for what is wrong with the file. */
  error(problem: string): AppError {
    return formatError(this.#label, problem);
  }
}
