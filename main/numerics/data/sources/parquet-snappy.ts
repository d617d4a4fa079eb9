import { DamagedBytes } from './parquet-thrift';

/** No input makes more output than this times its length. */
const GREATEST_FACTOR = 32;

/**
 * Uncompresses a block of the raw Snappy format. Decompressors that trust their input can be sent round in
 * circles by a damaged one; this one reads each byte once.
 *
 * @param input the block
 * @param length what is known about its length before compression
 * @throws {DamagedBytes} if the block is damaged or has another length
 */
export function uncompressSnappy(input: Uint8Array, length: number): Uint8Array {
  let position = 0;
  let stated = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = input[position++];
    stated += (byte & 127) * 2 ** shift;
    if (!(byte >= 128 && shift < 28)) break;
  }
  if (stated !== length || length > input.length * GREATEST_FACTOR) throw damaged();
  const output = new Uint8Array(length);
  let done = 0;
  while (position < input.length) {
    const tag = input[position++];
    const kind = tag & 3;
    const extra = kind === 0 ? Math.max(0, (tag >> 2) - 59) : kind === 3 ? 4 : kind;
    if (position + extra > input.length) throw damaged();
    const number = readLittleEndian(input, position, extra);
    position += extra;
    if (kind === 0) {
      const size = (extra === 0 ? tag >> 2 : number) + 1;
      if (position + size > input.length || done + size > length) throw damaged();
      output.set(input.subarray(position, position + size), done);
      position += size;
      done += size;
      continue;
    }
    const size = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const distance = kind === 1 ? number + (tag >> 5) * 256 : number;
    if (distance === 0 || distance > done || done + size > length) throw damaged();
    // Source and target may overlap: then what was just copied is copied again.
    for (const end = done + size; done < end; done++) output[done] = output[done - distance];
  }
  if (done !== length) throw damaged();
  return output;
}

function readLittleEndian(bytes: Uint8Array, offset: number, length: number): number {
  let value = 0;
  for (let i = 0; i < length; i++) value += bytes[offset + i] * 2 ** (8 * i);
  return value;
}

function damaged(): DamagedBytes {
  return new DamagedBytes('a page is damaged');
}
