import { median, type Measurements } from './measurements';
import {
  contestantNames,
  subjectNames,
  type ContestantName,
  type Memory,
  type SubjectName,
} from './protocol';
import type { SizeName } from './sizes';

/** One comparison. */
export interface Row {
  readonly size: SizeName;
  readonly what: string;
  readonly contestant: ContestantName;
  /** How the contestant did it, where it has a choice. */
  readonly note?: string;
  readonly value: string;
  /** What `value` is divided by; empty if there is nothing to compare with. */
  readonly against: string;
  /** Of the two medians. */
  readonly ratio?: number;
  /** Median of the ratios of each round. */
  readonly roundRatio?: number;
}

/**
 * Compares what was measured at a size: times with PyTorch's, then times within each contestant, then
 * memory within each contestant.
 */
export function compare(size: SizeName, measured: Measurements): Row[] {
  const has = ({ length }: readonly number[]) => length > 0;
  const timesOf = (contestant: ContestantName, subject: SubjectName) =>
    measured.times({ size, subject, contestant });

  const withReference = subjectNames.flatMap((subject) => {
    const reference = timesOf('pytorch', subject);
    return contestantNames.flatMap((contestant): Row[] => {
      const own = timesOf(contestant, subject);
      if (!has(own)) return [];
      const kernel = measured.attention({ size, subject, contestant });
      const note = kernel === undefined ? {} : { note: `${kernel} attention` };
      const row = { size, what: subject, contestant, ...note, value: inMs(own), against: '' };
      if (contestant === 'pytorch' || !has(reference)) return [row];
      return [{ ...row, against: `pytorch ${inMs(reference)}`, ...divide(own, reference) }];
    });
  });

  const within = ownRatios.flatMap(({ what, upper, lower, times }) =>
    contestantNames.flatMap((contestant): Row[] => {
      const above = timesOf(contestant, upper);
      const below = timesOf(contestant, lower).map((seconds) => seconds * times);
      if (!has(above) || !has(below)) return [];
      return [{ size, what, contestant, value: inMs(above), against: inMs(below), ...divide(above, below) }];
    }),
  );

  const memory = memoryRatios.flatMap(({ what, read }) =>
    contestantNames.flatMap((contestant): Row[] => {
      const [standard, linear] = (['standard_gradient', 'linear_gradient'] as const).map((subject) => {
        const found = measured.memory({ size, subject, contestant });
        return found === undefined ? null : read(found);
      });
      if (standard === null || linear === null) return [];
      const [value, against] = [inMiB(linear), inMiB(standard)];
      return [{ size, what, contestant, value, against, ratio: linear / standard }];
    }),
  );
  return [...withReference, ...within, ...memory];
}

const ownRatios: readonly { what: string; upper: SubjectName; lower: SubjectName; times: number }[] = [
  {
    what: 'linear_gradient / standard_gradient',
    upper: 'linear_gradient',
    lower: 'standard_gradient',
    times: 1,
  },
  { what: 'linear_step / standard_step', upper: 'linear_step', lower: 'standard_step', times: 1 },
  { what: 'eight_jvps / (8 × one_jvp)', upper: 'eight_jvps', lower: 'one_jvp', times: 8 },
];

const memoryRatios: readonly { what: string; read: (memory: Memory) => number | null }[] = [
  { what: 'growth of resident memory, linear / standard', read: ({ growth }) => growth },
  { what: 'peak of resident memory, linear / standard', read: ({ peak }) => peak },
  { what: 'peak of tensor bytes, linear / standard', read: ({ tensors }) => tensors },
];

function divide(own: readonly number[], reference: readonly number[]): Pick<Row, 'ratio' | 'roundRatio'> {
  const rounds = own.slice(0, reference.length).map((seconds, round) => seconds / reference[round]);
  return { ratio: median(own) / median(reference), roundRatio: median(rounds) };
}

function inMs(times: readonly number[]): string {
  return `${(median(times) * 1000).toFixed(1)} ms`;
}

function inMiB(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
