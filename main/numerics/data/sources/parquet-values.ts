import { DamagedBytes, readVarint } from './parquet-thrift';

/** A stored value: a number, the bytes of a binary or text column, or null. */
export type ParquetValue = number | Uint8Array | null;

/**
 * Reads numbers that are run-length encoded or packed into bits: levels and positions in a dictionary.
 *
 * @param bytes exactly the encoded numbers; what follows the last of them is passed over
 * @param width bits of a number, 0 to 32
 * @param count how many numbers
 * @throws {DamagedBytes} if there are fewer
 */
export function readRuns(bytes: Uint8Array, width: number, count: number): Uint32Array {
  if (width > 32) throw new DamagedBytes('a number has too many bits');
  const numbers = new Uint32Array(count);
  const reader = { bytes, offset: 0 };
  let done = 0;
  while (done < count) {
    const head = readVarint(reader);
    const isPacked = head % 2 === 1;
    const length = Math.min(count - done, isPacked ? ((head - 1) / 2) * 8 : head / 2);
    const run = numbers.subarray(done, done + length);
    if (isPacked) {
      unpackBits(bytes, reader.offset, width, run);
      reader.offset += ((head - 1) / 2) * width;
    } else {
      let value = 0;
      for (let shift = 0; shift < width; shift += 8) value += byteAt(bytes, reader.offset++) * 2 ** shift;
      run.fill(value);
    }
    done += length;
  }
  return numbers;
}

/**
 * Reads numbers of some bits each, the lowest bit first.
 *
 * @param bytes where they are
 * @param start offset of the first
 * @param width bits of a number, 0 to 32
 * @param numbers receives them; its length says how many
 * @throws {DamagedBytes} if there are fewer
 */
export function unpackBits(bytes: Uint8Array, start: number, width: number, numbers: Uint32Array): void {
  let bit = start * 8;
  for (let i = 0; i < numbers.length; i++) {
    let value = 0;
    for (let taken = 0; taken < width;) {
      const inByte = bit % 8;
      const length = Math.min(8 - inByte, width - taken);
      const piece = (byteAt(bytes, Math.floor(bit / 8)) >> inByte) & ((1 << length) - 1);
      value += piece * 2 ** taken;
      taken += length;
      bit += length;
    }
    numbers[i] = value;
  }
}

/**
 * Reads values that are stored one after the other.
 *
 * @param bytes where they are
 * @param type type of the values
 * @param count how many
 * @throws {DamagedBytes} if there are fewer, or the type is not read
 */
export function readPlain(bytes: Uint8Array, type: string, count: number): (number | Uint8Array)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: (number | Uint8Array)[] = [];
  let position = 0;
  const advance = (length: number): number => {
    position += length;
    if (position > bytes.length) throw new DamagedBytes('a page ends before its values do');
    return position - length;
  };
  for (let i = 0; i < count; i++) {
    if (type === 'INT32') values.push(view.getInt32(advance(4), true));
    else if (type === 'INT64') values.push(Number(view.getBigInt64(advance(8), true)));
    else if (type === 'BYTE_ARRAY') {
      const length = view.getUint32(advance(4), true);
      const start = advance(length);
      values.push(bytes.subarray(start, start + length));
    } else throw new DamagedBytes(`values of type ${type} are not read`);
  }
  return values;
}

function byteAt(bytes: Uint8Array, position: number): number {
  if (position >= bytes.length) throw new DamagedBytes('a page ends before its numbers do');
  return bytes[position];
}
