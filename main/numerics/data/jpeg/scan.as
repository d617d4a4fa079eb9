import { fillBlock, transformBlock } from './transform';

/** Bits that are looked up at once; longer codes are compared with the end of the codes of each length. */
const LOOKUP_BITS = 9;
const ENDS: usize = 1024;
const OFFSETS: usize = ENDS + 72;
const VALUES: usize = OFFSETS + 72;

/**
 * Coefficients of 8-bit images stay far below. Where 16 bits do not hold what follows, decoders differ; only
 * damaged files come to that.
 */
const LARGEST = 4096;

/** Fields of a block of a minimum coded unit. */
const DC_TABLE = 0;
const AC_TABLE = 4;
const QUANTIZATION = 8;
const PREDICTOR = 12;
const TARGET = 16;
const STRIDE = 20;
const STEP_X = 24;
const STEP_Y = 28;
const BLOCK_BYTES: usize = 32;

/** The byte of a table whose code begins `bits`, 16 bits long, plus 256 times its length; 0 if there is none. */
function lookUpLong(table: usize, bits: u32): u32 {
  for (let length: usize = LOOKUP_BITS + 1; length <= 16; length++) {
    if (bits >= load<u32>(table + ENDS + (length << 2))) continue;
    const index = load<i32>(table + OFFSETS + (length << 2)) + <i32>(bits >> (16 - <u32>length));
    return (<u32>length << 8) | load<u8>(table + VALUES + index);
  }
  return 0;
}

/** Undoes the folding of a value that takes `size` bits (T.81, F.2.2.1, EXTEND). */
@inline
function extend(value: i32, size: i32): i32 {
  return value < 1 << (size - 1) ? value + (-1 << size) + 1 : value;
}

/**
 * Decodes all blocks of a scan into planes of 8-bit samples. Source: ITU-T T.81, F.2.
 *
 * @param segments what `unstuff` wrote
 * @param interval units between restarts; 0 for none
 * @param blocks the blocks of a unit, see the fields above
 * @param zigzag twice the place in natural order of each coefficient, 64 bytes
 * @param work 128 bytes
 * @returns whether the data were whole and held nothing else
 */
export function decodeScan(
  segments: usize,
  wide: i32,
  high: i32,
  interval: i32,
  blocks: usize,
  blockCount: i32,
  zigzag: usize,
  work: usize,
): bool {
  const lastSegment = segments + (<usize>load<u32>(segments) << 3);
  let segment = segments;
  let accumulator: u64 = 0;
  let have: i32 = 0;
  let at: usize = 0;
  let start: usize = 0;
  let length: usize = 0;
  let left = 0;
  let extremes = 0;
  clear(work);
  for (let row = 0; row < high; row++) {
    for (let column = 0; column < wide; column++) {
      if (left == 0) {
        if (segment != segments && !isSpent(start, length, at, have)) return false;
        if (segment == lastSegment) return false;
        segment += 8;
        start = load<u32>(segment);
        length = load<u32>(segment, 4);
        at = start;
        have = 0;
        left = interval == 0 ? wide * high : interval;
        for (let b = 0; b < blockCount; b++) {
          store<i32>(load<u32>(blocks + <usize>b * BLOCK_BYTES, PREDICTOR), 0);
        }
      }
      left--;
      for (let b = 0; b < blockCount; b++) {
        const block = blocks + <usize>b * BLOCK_BYTES;
        const quantization: usize = load<u32>(block, QUANTIZATION);
        if (at > start + length + 16) return false;

        if (have <= 32) {
          accumulator = (accumulator << 32) | load<u32>(at);
          at += 4;
          have += 32;
        }
        let table: usize = load<u32>(block, DC_TABLE);
        let bits = <u32>(accumulator >> (have - 16)) & 0xffff;
        let code: u32 = load<u16>(table + (<usize>(bits >> (16 - LOOKUP_BITS)) << 1));
        if (code == 0) code = lookUpLong(table, bits);
        if (code == 0) return false;
        have -= code >> 8;
        let size: i32 = code & 0xff;
        if (size > 11) return false;
        const predictor: usize = load<u32>(block, PREDICTOR);
        let dc = load<i32>(predictor);
        if (size != 0) {
          have -= size;
          dc += extend(<i32>(accumulator >> have) & ((1 << size) - 1), size);
          store<i32>(predictor, dc);
        }
        const mean = dc * load<i16>(quantization);
        extremes |= mean + LARGEST;
        store<i16>(work, <i16>mean);

        table = load<u32>(block, AC_TABLE);
        let k = 1;
        let isFlat = true;
        while (k < 64) {
          if (have <= 32) {
            accumulator = (accumulator << 32) | load<u32>(at);
            at += 4;
            have += 32;
          }
          bits = <u32>(accumulator >> (have - 16)) & 0xffff;
          code = load<u16>(table + (<usize>(bits >> (16 - LOOKUP_BITS)) << 1));
          if (code == 0) code = lookUpLong(table, bits);
          if (code == 0) return false;
          have -= code >> 8;
          size = code & 15;
          const run: i32 = (code >> 4) & 15;
          if (size == 0) {
            if (run != 15) break;
            k += 16;
            continue;
          }
          k += run;
          if (k > 63) return false;
          have -= size;
          const level = extend(<i32>(accumulator >> have) & ((1 << size) - 1), size);
          const value = level * load<i16>(quantization + (<usize>k << 1));
          extremes |= value + LARGEST;
          store<i16>(work + <usize>load<u8>(zigzag + k), <i16>value);
          isFlat = false;
          k++;
        }

        const target =
          load<u32>(block, TARGET) + column * load<u32>(block, STEP_X) + row * load<u32>(block, STEP_Y);
        if (isFlat) fillBlock(load<i16>(work), target, load<u32>(block, STRIDE));
        else {
          transformBlock(work, target, load<u32>(block, STRIDE));
          clear(work);
        }
      }
    }
  }
  const isInRange = (extremes & ~(2 * LARGEST - 1)) == 0;
  return isInRange && segment == lastSegment && isSpent(start, length, at, have);
}

/** Whether nothing but the bits that fill the last byte is left of a piece. */
function isSpent(start: usize, length: usize, at: usize, have: i32): bool {
  const left = (<i32>(start + length) - <i32>at) * 8 + have;
  return left >= 0 && left < 8;
}

@inline
function clear(work: usize): void {
  for (let i: usize = 0; i < 128; i += 16) v128.store(work + i, i32x4.splat(0));
}
