import { DamagedBytes, MissingBytes, readInteger, readVarint } from './parquet-thrift';
import { unpackBits } from './parquet-values';

const WIDEST = 32;

/**
 * Reads integers that are stored as differences (DELTA_BINARY_PACKED). Differences of more than 32 bits are
 * not read: neither labels nor lengths have them.
 *
 * @param bytes begins with the integers
 * @param count how many
 * @returns the integers, and where they end
 * @throws {DamagedBytes} if there are fewer, or they are not stored in this way
 */
export function readDeltas(bytes: Uint8Array, count: number): { values: number[]; end: number } {
  const reader = { bytes, offset: 0 };
  const blockSize = readVarint(reader);
  const pieces = readVarint(reader);
  const stated = readVarint(reader);
  let value = readInteger(reader);
  const pieceSize = blockSize / pieces;
  if (stated !== count || !Number.isInteger(pieceSize / 8) || pieceSize === 0) {
    throw new DamagedBytes('the header of its differences is damaged');
  }
  const values = [value];
  while (values.length < count) {
    const least = readInteger(reader);
    const widths = bytes.subarray(reader.offset, reader.offset + pieces);
    if (widths.length < pieces) throw new MissingBytes('a page ends before its differences do');
    reader.offset += pieces;
    for (const width of widths) {
      if (values.length === count) break;
      if (width > WIDEST) throw new DamagedBytes('its differences are too large');
      const differences = new Uint32Array(Math.min(pieceSize, count - values.length));
      unpackBits(bytes, reader.offset, width, differences);
      reader.offset += (pieceSize / 8) * width;
      for (const difference of differences) {
        value += least + difference;
        values.push(value);
      }
    }
  }
  return { values, end: reader.offset };
}

/**
 * Reads binary values whose lengths are stored before all of them (DELTA_LENGTH_BYTE_ARRAY).
 *
 * @param bytes begins with the lengths
 * @param count how many values
 * @throws {DamagedBytes} if there are fewer
 */
export function readDeltaLengths(bytes: Uint8Array, count: number): Uint8Array[] {
  const { values: lengths, end } = readDeltas(bytes, count);
  let position = end;
  return lengths.map((length) => {
    position += length;
    if (length < 0 || position > bytes.length) throw new MissingBytes('a page ends before its values do');
    return bytes.subarray(position - length, position);
  });
}
