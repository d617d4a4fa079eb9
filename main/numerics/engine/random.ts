/**
 * Counter-based random numbers: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011). A draw is a pure function of (seed, purpose, index, position), so nothing has
 * to be saved to continue a stream, and two purposes never share numbers by accident.
 */

const ROUNDS = 10;
const MULTIPLIER_0 = 0xd251_1f53;
const MULTIPLIER_1 = 0xcd9e_8d57;
const WEYL_0 = 0x9e37_79b9;
const WEYL_1 = 0xbb67_ae85;
const TWO_POW_32 = 0x1_0000_0000;

/**
 * Encrypts one 128-bit counter under a 64-bit key: Philox4x32 with ten rounds.
 *
 * @param counter four unsigned 32-bit words
 * @param key two unsigned 32-bit words
 * @returns four unsigned 32-bit random words
 */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** A sequence of random numbers that belongs to one (seed, purpose, index). */
export class RandomStream {
  readonly #key: readonly [number, number];
  readonly #index: number;
  #block = 0;
  #words: number[] = [];

  /**
   * @param seed seed of the run, unsigned 32-bit
   * @param purpose what the numbers are for, for example `batch-order`; streams of different purposes are unrelated
   * @param index which of the streams of this purpose, for example the epoch; unsigned 32-bit
   */
  constructor(seed: number, purpose: string, index = 0) {
    this.#key = [seed >>> 0, hashPurpose(purpose)];
    this.#index = index >>> 0;
  }

  /** Returns the next unsigned 32-bit integer. */
  word(): number {
    if (this.#words.length === 0) {
      const low = this.#block >>> 0;
      const high = Math.floor(this.#block / TWO_POW_32);
      this.#words = philox([low, high, this.#index, 0], this.#key);
      this.#block++;
    }
    return this.#words.shift()!;
  }

  /** Returns a number from the uniform distribution on [low, high), with 53 random bits. */
  uniform(low = 0, high = 1): number {
    const upper = this.word() >>> 5;
    const lower = this.word() >>> 6;
    return low + (high - low) * ((upper * 67_108_864 + lower) / 9_007_199_254_740_992);
  }

  /** Returns a draw from the normal distribution (Box–Muller, one value from two uniforms). */
  normal(mean = 0, deviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Returns an integer from 0 to bound − 1, without modulo bias. */
  integer(bound: number): number {
    const limit = TWO_POW_32 - (TWO_POW_32 % bound);
    for (;;) {
      const word = this.word();
      if (word < limit) return word % bound;
    }
  }

  /** Returns `length` normal draws as float32. */
  normals(length: number, mean = 0, deviation = 1): Float32Array {
    return Float32Array.from({ length }, () => this.normal(mean, deviation));
  }

  /** Returns the integers 0 … length − 1 in random order (Fisher–Yates). */
  permutation(length: number): Uint32Array {
    const order = Uint32Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}

/** High 32 bits of the 64-bit product of two unsigned 32-bit integers, by 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle % 0x1_0000);
  return (aHigh * bHigh + Math.floor(middle / 0x1_0000) + Math.floor(carry / 0x1_0000)) >>> 0;
}

/** FNV-1a over the UTF-8 bytes: a fixed 32-bit name of a purpose. */
function hashPurpose(purpose: string): number {
  let hash = 0x811c_9dc5;
  for (const byte of new TextEncoder().encode(purpose)) {
    hash = Math.imul(hash ^ byte, 0x0100_0193) >>> 0;
  }
  return hash;
}
