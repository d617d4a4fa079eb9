/** What the transformation makes of a block that has a mean only. */
export function fillBlock(mean: i32, target: usize, stride: usize): void {
  const value = min(max((((mean << 2) + 16) >> 5) + 128, 0), 255);
  const row = <u64>value * 0x0101_0101_0101_0101;
  for (let y = 0; y < 8; y++) store<u64>(target + y * stride, row);
}

/** One row of pairs of 16-bit factors. */
@inline
export function pair(first: i32, second: i32): v128 {
  return i32x4.splat((second << 16) | (first & 0xffff));
}

@inline
export function interleaveLow(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

@inline
export function interleaveHigh(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** (x + half) >> bits for eight sums, as 16-bit numbers. */
@inline
export function descale(low: v128, high: v128, bits: i32): v128 {
  const half = i32x4.splat(1 << (bits - 1));
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(low, half), bits),
    i32x4.shr_s(i32x4.add(high, half), bits),
  );
}

/**
 * The eight-point inverse transformation down every column of 8 × 8 numbers, in place; factors have 13 bits.
 * Source: libjpeg-turbo 3.1, `jidctint.c` and its vector forms.
 */
@inline
function transformColumns(work: usize, bits: i32): void {
  const row0 = v128.load(work, 0);
  const row1 = v128.load(work, 16);
  const row2 = v128.load(work, 32);
  const row3 = v128.load(work, 48);
  const row4 = v128.load(work, 64);
  const row5 = v128.load(work, 80);
  const row6 = v128.load(work, 96);
  const row7 = v128.load(work, 112);

  const sum = i16x8.add(row0, row4);
  const difference = i16x8.sub(row0, row4);
  const sumLow = i32x4.shl(i32x4.extend_low_i16x8_s(sum), 13);
  const sumHigh = i32x4.shl(i32x4.extend_high_i16x8_s(sum), 13);
  const differenceLow = i32x4.shl(i32x4.extend_low_i16x8_s(difference), 13);
  const differenceHigh = i32x4.shl(i32x4.extend_high_i16x8_s(difference), 13);
  const low26 = interleaveLow(row2, row6);
  const high26 = interleaveHigh(row2, row6);
  const even2 = pair(4433, 4433 - 15137);
  const even3 = pair(4433 + 6270, 4433);
  const low2 = i32x4.dot_i16x8_s(low26, even2);
  const high2 = i32x4.dot_i16x8_s(high26, even2);
  const low3 = i32x4.dot_i16x8_s(low26, even3);
  const high3 = i32x4.dot_i16x8_s(high26, even3);
  const low10 = i32x4.add(sumLow, low3);
  const high10 = i32x4.add(sumHigh, high3);
  const low13 = i32x4.sub(sumLow, low3);
  const high13 = i32x4.sub(sumHigh, high3);
  const low11 = i32x4.add(differenceLow, low2);
  const high11 = i32x4.add(differenceHigh, high2);
  const low12 = i32x4.sub(differenceLow, low2);
  const high12 = i32x4.sub(differenceHigh, high2);

  const z3 = i16x8.add(row7, row3);
  const z4 = i16x8.add(row5, row1);
  const lowZ = interleaveLow(z3, z4);
  const highZ = interleaveHigh(z3, z4);
  const factorsZ3 = pair(9633 - 16069, 9633);
  const factorsZ4 = pair(9633, 9633 - 3196);
  const lowZ3 = i32x4.dot_i16x8_s(lowZ, factorsZ3);
  const highZ3 = i32x4.dot_i16x8_s(highZ, factorsZ3);
  const lowZ4 = i32x4.dot_i16x8_s(lowZ, factorsZ4);
  const highZ4 = i32x4.dot_i16x8_s(highZ, factorsZ4);
  const low71 = interleaveLow(row7, row1);
  const high71 = interleaveHigh(row7, row1);
  const low53 = interleaveLow(row5, row3);
  const high53 = interleaveHigh(row5, row3);
  const factors0 = pair(2446 - 7373, -7373);
  const factors1 = pair(16819 - 20995, -20995);
  const factors2 = pair(-20995, 25172 - 20995);
  const factors3 = pair(-7373, 12299 - 7373);
  const lowOdd0 = i32x4.add(i32x4.dot_i16x8_s(low71, factors0), lowZ3);
  const highOdd0 = i32x4.add(i32x4.dot_i16x8_s(high71, factors0), highZ3);
  const lowOdd1 = i32x4.add(i32x4.dot_i16x8_s(low53, factors1), lowZ4);
  const highOdd1 = i32x4.add(i32x4.dot_i16x8_s(high53, factors1), highZ4);
  const lowOdd2 = i32x4.add(i32x4.dot_i16x8_s(low53, factors2), lowZ3);
  const highOdd2 = i32x4.add(i32x4.dot_i16x8_s(high53, factors2), highZ3);
  const lowOdd3 = i32x4.add(i32x4.dot_i16x8_s(low71, factors3), lowZ4);
  const highOdd3 = i32x4.add(i32x4.dot_i16x8_s(high71, factors3), highZ4);

  v128.store(work, descale(i32x4.add(low10, lowOdd3), i32x4.add(high10, highOdd3), bits), 0);
  v128.store(work, descale(i32x4.add(low11, lowOdd2), i32x4.add(high11, highOdd2), bits), 16);
  v128.store(work, descale(i32x4.add(low12, lowOdd1), i32x4.add(high12, highOdd1), bits), 32);
  v128.store(work, descale(i32x4.add(low13, lowOdd0), i32x4.add(high13, highOdd0), bits), 48);
  v128.store(work, descale(i32x4.sub(low13, lowOdd0), i32x4.sub(high13, highOdd0), bits), 64);
  v128.store(work, descale(i32x4.sub(low12, lowOdd1), i32x4.sub(high12, highOdd1), bits), 80);
  v128.store(work, descale(i32x4.sub(low11, lowOdd2), i32x4.sub(high11, highOdd2), bits), 96);
  v128.store(work, descale(i32x4.sub(low10, lowOdd3), i32x4.sub(high10, highOdd3), bits), 112);
}

/** Exchanges rows and columns of 8 × 8 numbers, in place. */
@inline
function transpose(work: usize): void {
  const row0 = v128.load(work, 0);
  const row1 = v128.load(work, 16);
  const row2 = v128.load(work, 32);
  const row3 = v128.load(work, 48);
  const row4 = v128.load(work, 64);
  const row5 = v128.load(work, 80);
  const row6 = v128.load(work, 96);
  const row7 = v128.load(work, 112);
  // Three rounds of interleaving rows that are half a block apart.
  const a0 = interleaveLow(row0, row4);
  const a1 = interleaveHigh(row0, row4);
  const a2 = interleaveLow(row1, row5);
  const a3 = interleaveHigh(row1, row5);
  const a4 = interleaveLow(row2, row6);
  const a5 = interleaveHigh(row2, row6);
  const a6 = interleaveLow(row3, row7);
  const a7 = interleaveHigh(row3, row7);
  const b0 = interleaveLow(a0, a4);
  const b1 = interleaveHigh(a0, a4);
  const b2 = interleaveLow(a1, a5);
  const b3 = interleaveHigh(a1, a5);
  const b4 = interleaveLow(a2, a6);
  const b5 = interleaveHigh(a2, a6);
  const b6 = interleaveLow(a3, a7);
  const b7 = interleaveHigh(a3, a7);
  v128.store(work, interleaveLow(b0, b4), 0);
  v128.store(work, interleaveHigh(b0, b4), 16);
  v128.store(work, interleaveLow(b1, b5), 32);
  v128.store(work, interleaveHigh(b1, b5), 48);
  v128.store(work, interleaveLow(b2, b6), 64);
  v128.store(work, interleaveHigh(b2, b6), 80);
  v128.store(work, interleaveLow(b3, b7), 96);
  v128.store(work, interleaveHigh(b3, b7), 112);
}

/** Turns the coefficients of a block into samples. */
export function transformBlock(work: usize, target: usize, stride: usize): void {
  transformColumns(work, 11);
  transpose(work);
  transformColumns(work, 18);
  transpose(work);
  const middle = i8x16.splat(-128);
  for (let y: usize = 0; y < 8; y++) {
    const row = v128.load(work + (y << 4));
    v128.store_lane<u64>(target, v128.xor(i8x16.narrow_i16x8_s(row, row), middle), 0);
    target += stride;
  }
}
