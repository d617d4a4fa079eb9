const STATE_WORDS = 624;
const SHIFT = 397;
const UPPER = 0x8000_0000;
const LOWER = 0x7fff_ffff;
const TWIST = 0x9908_b0df;

/**
 * Makes PyTorch's generator of 32-bit words on the processor: the Mersenne Twister MT19937.
 *
 * Source: Matsumoto and Nishimura 1998; PyTorch `at::mt19937`.
 *
 * @param seed unsigned 32-bit
 * @returns a function that gives the next unsigned 32-bit word
 */
function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(STATE_WORDS);
  state[0] = seed;
  for (let i = 1; i < STATE_WORDS; i++) {
    const before = state[i - 1] ^ (state[i - 1] >>> 30);
    state[i] = Math.imul(1_812_433_253, before) + i;
  }
  let next = STATE_WORDS;
  const refill = () => {
    for (let i = 0; i < STATE_WORDS; i++) {
      const word = (state[i] & UPPER) | (state[(i + 1) % STATE_WORDS] & LOWER);
      state[i] = state[(i + SHIFT) % STATE_WORDS] ^ (word >>> 1) ^ (word & 1 ? TWIST : 0);
    }
    next = 0;
  };
  return () => {
    if (next === STATE_WORDS) refill();
    let word = state[next++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c_5680;
    word ^= (word << 15) & 0xefc6_0000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}

/**
 * Draws the permutation of `torch.randperm(count, generator=torch.Generator().manual_seed(seed))` on the
 * processor, bit for bit: a Fisher–Yates shuffle from the front, each swap by a word modulo what is left.
 *
 * Source: PyTorch `randperm_cpu`, for fewer than 2³²/20 numbers.
 *
 * @param count N, fewer than 214,748,364
 * @param seed unsigned 32-bit
 * @returns the numbers 0 … N − 1 in random order
 */
export function torchPermutation(count: number, seed: number): Uint32Array {
  const next = mersenneTwister(seed);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < count - 1; i++) {
    const j = i + (next() % (count - i));
    const swapped = order[i];
    order[i] = order[j];
    order[j] = swapped;
  }
  return order;
}
