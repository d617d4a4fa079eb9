/**
 * Widens IEEE 754 half-precision numbers; exact.
 *
 * @param bytes little-endian, two bytes a number
 * @returns the numbers
 */
export function decodeFloat16(bytes: Uint8Array): Float32Array {
  return decodeHalves(bytes, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/**
 * Widens bfloat16 numbers, the upper halves of float32; exact.
 *
 * @param bytes little-endian, two bytes a number
 * @returns the numbers
 */
export function decodeBfloat16(bytes: Uint8Array): Float32Array {
  const word = new Uint32Array(1);
  const value = new Float32Array(word.buffer);
  return decodeHalves(bytes, (half) => {
    word[0] = half << 16;
    return value[0];
  });
}

function decodeHalves(bytes: Uint8Array, widen: (half: number) => number): Float32Array {
  const numbers = new Float32Array(bytes.length / 2);
  for (let i = 0; i < numbers.length; i++) numbers[i] = widen(bytes[2 * i] | (bytes[2 * i + 1] << 8));
  return numbers;
}
