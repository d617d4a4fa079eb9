/**
 * The two passes of Pillow's 8-bit resampling, in the integers that Pillow computes with:
 *
 *   out = clamp((2^21 + Σ_j w_j in_j) >> 22)
 *
 * A weight w takes 23 bits. It comes as w = 4096·high + low with 16-bit parts, so that one instruction
 * multiplies eight pairs; sums wrap at 32 bits, so putting the parts together again is exact. Everything
 * is given by its address; whole vectors are read and written, so up to 15 bytes beyond what is named.
 */

const LOW_BITS = 12;
const WEIGHT_BITS = 22;
const HALF: i32 = 1 << (WEIGHT_BITS - 1);

/** (4096·high + low) >> 22, where low holds the half that rounds. */
@inline
function shift(high: v128, low: v128): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.shl(high, LOW_BITS), low), WEIGHT_BITS);
}

/**
 * Resizes rows to `width` pixels. Output pixel x is made of 4·`groups` input pixels from byte `firsts[x]` of
 * the row on. `weights` holds, for each x and group, four pairs of 16-bit parts: high 0 1, low 0 1,
 * high 2 3, low 2 3.
 */
export function resampleColumns(
  from: usize,
  stride: i32,
  height: i32,
  firsts: usize,
  weights: usize,
  groups: i32,
  width: i32,
  to: usize,
): void {
  for (let y = 0; y < height; y++) {
    let weight = weights;
    for (let x = 0; x < width; x++) {
      let at = from + load<u32>(firsts + (<usize>x << 2));
      let high = i32x4.splat(0);
      let low = i32x4.splat(HALF);
      for (let group = 0; group < groups; group++) {
        // Four pixels become red 0 1, green 0 1, blue 0 1, unused, red 2 3, green 2 3, blue 2 3, unused.
        const four = v128.load(at);
        const pairs = v128.shuffle<u8>(four, four, 0, 3, 1, 4, 2, 5, 2, 5, 6, 9, 7, 10, 8, 11, 8, 11);
        const a = i16x8.extend_low_i8x16_u(pairs);
        const b = i16x8.extend_high_i8x16_u(pairs);
        high = i32x4.add(
          high,
          i32x4.add(
            i32x4.dot_i16x8_s(a, v128.load32_splat(weight)),
            i32x4.dot_i16x8_s(b, v128.load32_splat(weight, 8)),
          ),
        );
        low = i32x4.add(
          low,
          i32x4.add(
            i32x4.dot_i16x8_s(a, v128.load32_splat(weight, 4)),
            i32x4.dot_i16x8_s(b, v128.load32_splat(weight, 12)),
          ),
        );
        at += 12;
        weight += 16;
      }
      const sums = shift(high, low);
      const words = i16x8.narrow_i32x4_s(sums, sums);
      // The fourth byte is overwritten by the next pixel.
      v128.store_lane<u32>(to, i8x16.narrow_i16x8_u(words, words), 0);
      to += 3;
    }
    from += stride;
  }
}

/**
 * Resizes columns to `height` rows of `width` bytes. Output row y is made of 2·`pairs` input rows from byte
 * `firsts[y]` on. `weights` holds, for each y and pair, two pairs of 16-bit parts: high 0 1, low 0 1. What is
 * written beyond a row is overwritten by the next row.
 */
export function resampleRows(
  from: usize,
  width: i32,
  firsts: usize,
  weights: usize,
  pairs: i32,
  height: i32,
  to: usize,
): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += 16) {
      let at = from + load<u32>(firsts) + x;
      let weight = weights;
      let high0 = i32x4.splat(0);
      let high1 = high0;
      let high2 = high0;
      let high3 = high0;
      let low0 = i32x4.splat(HALF);
      let low1 = low0;
      let low2 = low0;
      let low3 = low0;
      for (let pair = 0; pair < pairs; pair++) {
        const a = v128.load(at);
        const b = v128.load(at + width);
        at += width << 1;
        const high = v128.load32_splat(weight);
        const low = v128.load32_splat(weight, 4);
        weight += 8;
        // The bytes of the two rows in turns: first byte, first byte, second byte, second byte, …
        const left = v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        const right = v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        const words0 = i16x8.extend_low_i8x16_u(left);
        high0 = i32x4.add(high0, i32x4.dot_i16x8_s(words0, high));
        low0 = i32x4.add(low0, i32x4.dot_i16x8_s(words0, low));
        const words1 = i16x8.extend_high_i8x16_u(left);
        high1 = i32x4.add(high1, i32x4.dot_i16x8_s(words1, high));
        low1 = i32x4.add(low1, i32x4.dot_i16x8_s(words1, low));
        const words2 = i16x8.extend_low_i8x16_u(right);
        high2 = i32x4.add(high2, i32x4.dot_i16x8_s(words2, high));
        low2 = i32x4.add(low2, i32x4.dot_i16x8_s(words2, low));
        const words3 = i16x8.extend_high_i8x16_u(right);
        high3 = i32x4.add(high3, i32x4.dot_i16x8_s(words3, high));
        low3 = i32x4.add(low3, i32x4.dot_i16x8_s(words3, low));
      }
      const left = i16x8.narrow_i32x4_s(shift(high0, low0), shift(high1, low1));
      const right = i16x8.narrow_i32x4_s(shift(high2, low2), shift(high3, low3));
      v128.store(to + x, i8x16.narrow_i16x8_u(left, right));
    }
    firsts += 4;
    weights += pairs << 3;
    to += width;
  }
}
