import { descale, interleaveHigh, interleaveLow, pair } from './transform';

/**
 * Doubles the width of a row of samples by the triangle filter, between two rows if there are two.
 * Source: libjpeg-turbo 3.1, `jdsample.c`.
 *
 * @param near the row; `far` is the row beyond, with a quarter of the weight, or 0
 * @param sums takes 16-bit numbers, from the second on
 */
function upsampleRow(near: usize, far: usize, count: i32, sums: usize, to: usize): void {
  for (let x = 0; x < count; x += 8) {
    let sum = i16x8.extend_low_i8x16_u(v128.load64_zero(near + x));
    if (far != 0) {
      const beyond = i16x8.extend_low_i8x16_u(v128.load64_zero(far + x));
      sum = i16x8.add(i16x8.mul(sum, i16x8.splat(3)), beyond);
    }
    v128.store(sums + 2 + (x << 1), sum);
  }
  store<u16>(sums, load<u16>(sums, 2));
  store<u16>(sums + 2 + (count << 1), load<u16>(sums + (count << 1)));
  const bits = far == 0 ? 2 : 4;
  const leftHalf = i16x8.splat(far == 0 ? 1 : 8);
  const rightHalf = i16x8.splat(far == 0 ? 2 : 7);
  for (let x = 0; x < count; x += 8) {
    const at = sums + (x << 1);
    const middle = i16x8.mul(v128.load(at, 2), i16x8.splat(3));
    const left = i16x8.shr_u(i16x8.add(i16x8.add(middle, v128.load(at)), leftHalf), bits);
    const right = i16x8.shr_u(i16x8.add(i16x8.add(middle, v128.load(at, 4)), rightHalf), bits);
    v128.store(to + (x << 1), v128.or(left, i16x8.shl(right, 8)));
  }
}

/**
 * Factors of the conversion to RGB with 16 bits, less whole multiples of what they multiply.
 * Source: libjpeg-turbo 3.1, `jdcolor.c`.
 */
const RED_CR = 91881 - 65536;
const GREEN_CB = -22554;
const GREEN_CR = 65536 - 46802;
const BLUE_CB = 116130 - 131072;

/** (Σ factors · pairs + half) >> 16 for eight pairs. */
@inline
function mix(low: v128, high: v128, factors: v128): v128 {
  return descale(i32x4.dot_i16x8_s(low, factors), i32x4.dot_i16x8_s(high, factors), 16);
}

/** Converts a row to RGB. */
function convertRow(y: usize, cb: usize, cr: usize, width: i32, to: usize): void {
  const middle = i16x8.splat(128);
  const redFactors = pair(0, RED_CR);
  const greenFactors = pair(GREEN_CB, GREEN_CR);
  const blueFactors = pair(BLUE_CB, 0);
  for (let x = 0; x < width; x += 8) {
    const light = i16x8.extend_low_i8x16_u(v128.load64_zero(y + x));
    const blueness = i16x8.sub(i16x8.extend_low_i8x16_u(v128.load64_zero(cb + x)), middle);
    const redness = i16x8.sub(i16x8.extend_low_i8x16_u(v128.load64_zero(cr + x)), middle);
    const low = interleaveLow(blueness, redness);
    const high = interleaveHigh(blueness, redness);
    const red = i16x8.add(i16x8.add(light, redness), mix(low, high, redFactors));
    const green = i16x8.add(i16x8.sub(light, redness), mix(low, high, greenFactors));
    const blue = i16x8.add(
      i16x8.add(light, i16x8.shl(blueness, 1)),
      mix(low, high, blueFactors),
    );
    const redGreen = i8x16.narrow_i16x8_u(red, green);
    const blues = i8x16.narrow_i16x8_u(blue, blue);
    v128.store(
      to,
      v128.shuffle<u8>(redGreen, blues, 0, 8, 16, 1, 9, 17, 2, 10, 18, 3, 11, 19, 4, 12, 20, 5),
    );
    v128.store_lane<u64>(
      to + 16,
      v128.shuffle<u8>(redGreen, blues, 13, 21, 6, 14, 22, 7, 15, 23, 0, 0, 0, 0, 0, 0, 0, 0),
      0,
    );
    to += 24;
  }
}

/**
 * Brings planes together to pixels.
 *
 * @param cb its plane; `cr` lies behind it, `chromaPlane` bytes further
 * @param chromaWidth samples in a row of them that belong to the image; `chromaHeight` rows
 * @param halves 0 if chroma is whole, 1 if its width is halved, 2 if its height is as well
 * @param rows takes two rows of chroma and `rowBytes` further each a third, of sums
 */
export function convertPlanes(
  y: usize,
  yStride: i32,
  cb: usize,
  chromaPlane: i32,
  chromaStride: i32,
  chromaWidth: i32,
  chromaHeight: i32,
  halves: i32,
  width: i32,
  height: i32,
  rows: usize,
  rowBytes: i32,
  to: usize,
): void {
  for (let row = 0; row < height; row++) {
    const nearRow = halves == 2 ? row >> 1 : row;
    const near = cb + nearRow * chromaStride;
    if (halves == 0) convertRow(y, near, near + chromaPlane, width, to);
    else {
      let far: usize = 0;
      if (halves == 2) {
        const farRow = row & 1 ? min(nearRow + 1, chromaHeight - 1) : max(nearRow - 1, 0);
        far = cb + farRow * chromaStride;
      }
      const sums = rows + 2 * rowBytes;
      upsampleRow(near, far, chromaWidth, sums, rows);
      upsampleRow(near + chromaPlane, far == 0 ? 0 : far + chromaPlane, chromaWidth, sums, rows + rowBytes);
      convertRow(y, rows, rows + rowBytes, width, to);
    }
    y += yStride;
    to += width * 3;
  }
}
