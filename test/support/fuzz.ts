import { AppError, type ErrorCode } from '#contract/errors';
import { RandomStream } from '#numerics/engine/random';

/** Mutated files per reader: `npm run fuzz` asks for 10,000, the ordinary tests for fewer. */
export const fuzzCount = Number(process.env.TANGENT_FUZZ_COUNT ?? 250);

const SLOWEST_MS = 2000;

/** What a reader made of the mutated files. */
export interface FuzzResult {
  /** Files that it read all the same. */
  readonly accepted: number;
  /** Files that it refused with one of the errors allowed to it. */
  readonly refused: number;
  /** What must not happen, as `seed: what happened`; empty if all is well. */
  readonly faults: readonly string[];
}

/** What {@link fuzz} needs to know. */
export interface FuzzOptions {
  /** Intact files; mutations take turns over them. */
  readonly originals: readonly Uint8Array[];
  /** Reads a mutated file to its end. `which` says which original it was made from. */
  readonly read: (bytes: Uint8Array, which: number) => unknown;
  /** The codes of errors that a reader may throw at damaged files. */
  readonly allowed: readonly ErrorCode[];
  readonly count?: number;
  /** The seed of the first file; the others follow. */
  readonly seed?: number;
}

/** Reads mutated files one after the other and notes crashes, foreign errors, stray rejections and hangs. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { originals, read, allowed, count = fuzzCount, seed: first = 0 } = options;
  const faults: string[] = [];
  let accepted = 0;
  let refused = 0;
  let seed = first;
  const onStray = (reason: unknown): void => void faults.push(`${seed}: unhandled ${String(reason)}`);
  process.on('unhandledRejection', onStray);
  try {
    for (seed = first; seed < first + count; seed++) {
      const which = seed % originals.length;
      const bytes = mutate(originals[which], seed);
      const start = performance.now();
      try {
        await read(bytes, which);
        accepted++;
      } catch (error) {
        if (error instanceof AppError && allowed.includes(error.code)) refused++;
        else
          faults.push(`${seed}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
      const elapsed = performance.now() - start;
      if (elapsed > SLOWEST_MS) faults.push(`${seed}: took ${Math.round(elapsed)} ms`);
    }
    // Stray rejections are told at the end of a turn.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('unhandledRejection', onStray);
  }
  return { accepted, refused, faults };
}

/**
 * Damages a file in one to four ways: flipped bits, extreme bytes and words, a cut end, blocks that are
 * missing, repeated or zero.
 *
 * @param bytes the intact file; left as it is
 * @param seed decides everything
 */
export function mutate(bytes: Uint8Array, seed: number): Uint8Array {
  const random = new RandomStream(seed, 'fuzz');
  let mutated = new Uint8Array(bytes);
  const times = 1 + random.integer(4);
  for (let i = 0; i < times && mutated.length > 0; i++) {
    mutated = damages[random.integer(damages.length)](mutated, random);
  }
  return mutated;
}

type Damage = (bytes: Uint8Array<ArrayBuffer>, random: RandomStream) => Uint8Array<ArrayBuffer>;

const EXTREME_BYTES = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff];
const EXTREME_WORDS = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0x0001_0000];

const damages: readonly Damage[] = [
  (bytes, random) => {
    bytes[random.integer(bytes.length)] ^= 1 << random.integer(8);
    return bytes;
  },
  (bytes, random) => {
    bytes[random.integer(bytes.length)] = EXTREME_BYTES[random.integer(EXTREME_BYTES.length)];
    return bytes;
  },
  (bytes, random) => {
    if (bytes.length < 4) return bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const word = EXTREME_WORDS[random.integer(EXTREME_WORDS.length)];
    view.setUint32(random.integer(bytes.length - 3), word, random.integer(2) === 0);
    return bytes;
  },
  (bytes, random) => bytes.slice(0, random.integer(bytes.length)),
  (bytes, random) => {
    const [start, end] = block(bytes, random);
    return join(bytes.slice(0, start), bytes.slice(end));
  },
  (bytes, random) => {
    const [start, end] = block(bytes, random);
    return join(bytes.slice(0, end), bytes.slice(start));
  },
  (bytes, random) => {
    const [start, end] = block(bytes, random);
    return bytes.fill(0, start, end);
  },
];

function block(bytes: Uint8Array, random: RandomStream): [number, number] {
  const start = random.integer(bytes.length);
  return [start, Math.min(bytes.length, start + 1 + random.integer(64))];
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
