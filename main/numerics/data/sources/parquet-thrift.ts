/** A value of the Thrift compact protocol; integers beyond 2^53 are not exact. */
export type ThriftValue = boolean | number | Uint8Array | readonly ThriftValue[] | ThriftStruct;

/** Fields of a struct by their numbers. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;

/** Deeper than any struct of a Parquet file. */
const DEEPEST = 24;

const LONGEST_VARINT = 10;

/** Says that bytes are not what they should be; turned into an error of ours where the file is known. */
export class DamagedBytes extends Error {}

/** Says that a struct goes on after the last byte. */
export class MissingBytes extends DamagedBytes {}

/** Bytes and how far they have been read. */
export interface ByteReader {
  readonly bytes: Uint8Array;
  offset: number;
}

/**
 * Reads a struct of the Thrift compact protocol, as Parquet uses it, in time and memory proportional to
 * its bytes whatever they are.
 *
 * @param bytes where the struct is
 * @param offset where it begins
 * @returns its fields, and where it ends
 * @throws {DamagedBytes} if it is not a struct; {@link MissingBytes} if it goes on after the last byte
 */
export function readThrift(bytes: Uint8Array, offset: number): { fields: ThriftStruct; end: number } {
  const reader = { bytes, offset };
  const fields = readStruct(reader, 0);
  return { fields, end: reader.offset };
}

function readStruct(reader: ByteReader, depth: number): ThriftStruct {
  if (depth > DEEPEST) throw new DamagedBytes('structs are nested too deep');
  const fields = new Map<number, ThriftValue>();
  let field = 0;
  for (;;) {
    const head = readByte(reader);
    const type = head & 15;
    if (type === 0) return fields;
    field = head >> 4 === 0 ? readInteger(reader) : field + (head >> 4);
    fields.set(field, type === 1 || type === 2 ? type === 1 : readValue(reader, type, depth));
  }
}

function readValue(reader: ByteReader, type: number, depth: number): ThriftValue {
  switch (type) {
    case 1: // Booleans of a list are bytes.
    case 2:
      return readByte(reader) === 1;
    case 3:
      return readByte(reader);
    case 4:
    case 5:
    case 6:
      return readInteger(reader);
    case 7:
      return new DataView(take(reader, 8).slice().buffer).getFloat64(0, true);
    case 8:
      return take(reader, readVarint(reader));
    case 9:
    case 10:
      return readList(reader, depth);
    case 12:
      return readStruct(reader, depth + 1);
    default:
      throw new DamagedBytes(`there is no value of type ${type}`);
  }
}

function readList(reader: ByteReader, depth: number): ThriftValue[] {
  const head = readByte(reader);
  const size = head >> 4 === 15 ? readVarint(reader) : head >> 4;
  if (depth > DEEPEST) throw new DamagedBytes('lists are nested too deep');
  // Each element takes a byte at least.
  requireBytes(reader, size);
  return Array.from({ length: size }, () => readValue(reader, head & 15, depth + 1));
}

/**
 * Reads an integer of variable length in zigzag order: 0, -1, 1, -2, …
 *
 * @param reader where it is; moved behind it
 * @throws {DamagedBytes} if there is none
 */
export function readInteger(reader: ByteReader): number {
  const value = readVarint(reader);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/**
 * Reads a natural number of variable length, seven bits a byte.
 *
 * @param reader where it is; moved behind it
 * @throws {DamagedBytes} if there is none
 */
export function readVarint(reader: ByteReader): number {
  let value = 0;
  for (let i = 0; i < LONGEST_VARINT; i++) {
    const byte = readByte(reader);
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return value;
  }
  throw new DamagedBytes('a number does not end');
}

function readByte(reader: ByteReader): number {
  requireBytes(reader, 1);
  return reader.bytes[reader.offset++];
}

function take(reader: ByteReader, length: number): Uint8Array {
  requireBytes(reader, length);
  reader.offset += length;
  return reader.bytes.subarray(reader.offset - length, reader.offset);
}

function requireBytes({ bytes, offset }: ByteReader, length: number): void {
  if (offset + length > bytes.length) throw new MissingBytes('it ends before its content does');
}
