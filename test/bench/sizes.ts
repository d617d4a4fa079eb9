import type { VisionArchitecture } from '#contract/specs/common';
import type { ContestantName, SubjectName } from './protocol';

/** A model with its batch, and how often it is measured. */
export interface Size {
  readonly architecture: VisionArchitecture;
  readonly batch: number;
  readonly classes: number;
  readonly rounds: number;
  /** Calls before the first round: engines translate and choose what they run often only after some. */
  readonly warmUps: number;
  /** Calls in a row at each turn, as a training makes them; the median counts. */
  readonly inARow: number;
  /** Contestants that are too slow here to be measured as often, and on everything. */
  readonly limits?: Partial<Record<ContestantName, Limit>>;
}

interface Limit {
  readonly rounds: number;
  readonly subjects: readonly SubjectName[];
  /** Whether memory is measured. */
  readonly memory: boolean;
}

/** The sizes by name; `reference/steps.py` holds the same numbers. */
export const sizes = {
  starter: {
    architecture: {
      imageSize: 32,
      patchSize: 8,
      width: 96,
      layers: 4,
      heads: 4,
      mlpRatio: 4,
      featureSize: 64,
      activation: 'quickGelu',
    },
    batch: 128,
    classes: 10,
    rounds: 9,
    warmUps: 10,
    inARow: 3,
  },
  'vit-b-32': {
    architecture: {
      imageSize: 224,
      patchSize: 32,
      width: 768,
      layers: 12,
      heads: 12,
      mlpRatio: 4,
      featureSize: 512,
      activation: 'quickGelu',
    },
    batch: 8,
    classes: 10,
    rounds: 3,
    warmUps: 1,
    inARow: 1,
    limits: {
      wasm: { rounds: 3, subjects: ['forward', 'standard_gradient', 'linear_gradient'], memory: false },
    },
  },
} as const satisfies Record<string, Size>;

/** Name of a size. */
export type SizeName = keyof typeof sizes;

/** All names of sizes, in the order of measuring. */
export const sizeNames = Object.keys(sizes) as SizeName[];

/**
 * Returns in how many rounds a contestant takes part.
 *
 * @param rounds in a trial, in place of the size's own number
 */
export function roundsOf(name: SizeName, contestant: ContestantName, rounds?: number): number {
  const size: Size = sizes[name];
  return Math.min(rounds ?? size.rounds, size.limits?.[contestant]?.rounds ?? Infinity);
}

/** Returns whether a contestant is measured on a subject. */
export function takesPart(name: SizeName, contestant: ContestantName, subject: SubjectName): boolean {
  const size: Size = sizes[name];
  return size.limits?.[contestant]?.subjects.includes(subject) ?? true;
}

/** Returns whether a contestant's memory is measured: of ours alone, since ratios are within one. */
export function hasMemoryMeasured(name: SizeName, contestant: ContestantName): boolean {
  const size: Size = sizes[name];
  return contestant !== 'pytorch' && (size.limits?.[contestant]?.memory ?? true);
}
