/** What is wrong with a pickle. */
export class PickleError extends Error {}

/** The bytes ended before the pickle did; there may be more in the file. */
export class PickleEnd extends Error {}

/** Longest text, in bytes. */
const LONGEST_TEXT = 16 * 1024 * 1024;

/** Longest whole number, in bytes; the longest that PyTorch writes has ten. */
const LONGEST_INTEGER = 256;

/** Reads the arguments of opcodes one after the other. Everything throws {@link PickleEnd} at the end. */
export class PickleReader {
  /** How far it has read. */
  position = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  /**
   * @param bytes not copied
   */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Reads an unsigned number of 8 bits. */
  uint8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  /** Reads an unsigned number of 16 bits. */
  uint16(): number {
    return this.#view.getUint16(this.#skip(2), true);
  }

  /** Reads an unsigned number of 32 bits. */
  uint32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  /** Reads a signed number of 32 bits. */
  int32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }

  /** Reads an unsigned number of 64 bits; one too large to be exact is too large for anything. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#skip(8), true));
  }

  /** Reads a float64, which pickles have in big-endian order. */
  float64(): number {
    return this.#view.getFloat64(this.#skip(8), false);
  }

  /**
   * Reads a whole number in two's complement.
   *
   * @param length in bytes
   */
  integer(length: number): number | bigint {
    if (length > LONGEST_INTEGER) throw new PickleError(`a whole number has ${length} bytes`);
    const digits = this.bytes(length).toReversed();
    const hex = Array.from(digits, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return exact(BigInt.asIntN(8 * length, BigInt(`0x0${hex}`)));
  }

  /**
   * Reads bytes, as a view of the pickle.
   *
   * @param length how many
   */
  bytes(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  /**
   * Reads UTF-8 text.
   *
   * @param length in bytes
   */
  text(length: number): string {
    requireTextLength(length);
    const bytes = this.bytes(length);
    try {
      return this.#utf8.decode(bytes);
    } catch {
      throw new PickleError('a text is not UTF-8');
    }
  }

  /**
   * Reads text of Python 2, whose encoding is not known; one character a byte.
   *
   * @param length in bytes
   */
  latin1(length: number): string {
    requireTextLength(length);
    const bytes = this.bytes(length);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  }

  /** Reads a line of UTF-8 text. */
  line(): string {
    const text = this.text(this.#lineLength());
    this.position++;
    return text;
  }

  /** Reads a line, one character a byte. */
  latin1Line(): string {
    const text = this.latin1(this.#lineLength());
    this.position++;
    return text;
  }

  #lineLength(): number {
    const end = this.#bytes.indexOf(0x0a, this.position);
    if (end < 0) throw new PickleEnd();
    return end - this.position;
  }

  #skip(length: number): number {
    const start = this.position;
    if (length > this.#bytes.length - start) throw new PickleEnd();
    this.position += length;
    return start;
  }
}

/**
 * Makes a number of a whole number if none of it gets lost.
 *
 * @param value any whole number
 */
export function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/**
 * Reads a whole number in decimal digits.
 *
 * @param text what should be one
 */
export function parseInteger(text: string): number | bigint {
  if (!/^[+-]?\d{1,500}$/.test(text)) throw new PickleError('a whole number has something else than digits');
  // A sign of plus is fine in Python and not in `BigInt`.
  return exact(BigInt(text.replace(/^\+/, '')));
}

function requireTextLength(length: number): void {
  if (length > LONGEST_TEXT) throw new PickleError(`a text has ${length} bytes`);
}
