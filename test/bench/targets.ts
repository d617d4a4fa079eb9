import type { ContestantName } from './protocol';
import type { SizeName } from './sizes';

/** An upper limit of a ratio. */
export interface Target {
  readonly atMost: number;
  readonly note?: string;
}

interface Goal extends Target {
  /** As in the table's second column. */
  readonly what: string;
  readonly contestants: readonly ContestantName[];
  readonly sizes?: readonly SizeName[];
}

const wholeStep = { note: 'whole step' };

const goals: readonly Goal[] = [
  { what: 'standard_gradient', contestants: ['native'], atMost: 1 },
  { what: 'standard_step', contestants: ['native'], atMost: 1, ...wholeStep },
  { what: 'linear_gradient', contestants: ['native'], atMost: 0.9 },
  { what: 'linear_step', contestants: ['native'], atMost: 0.9, ...wholeStep },
  { what: 'standard_gradient', contestants: ['wasm'], atMost: 6, sizes: ['starter'] },
  { what: 'standard_step', contestants: ['wasm'], atMost: 6, sizes: ['starter'], ...wholeStep },
  { what: 'linear_gradient / standard_gradient', contestants: ['wasm'], atMost: 1.9 },
  { what: 'linear_step / standard_step', contestants: ['wasm'], atMost: 1.9, ...wholeStep },
  { what: 'eight_jvps / (8 × one_jvp)', contestants: ['native', 'wasm'], atMost: 0.75 },
  { what: 'growth of resident memory, linear / standard', contestants: ['native', 'wasm'], atMost: 1.3 },
];

/** Returns the target of a row of the table, if it has one. */
export function findTarget(size: SizeName, what: string, contestant: ContestantName): Target | undefined {
  return goals.find(
    (goal) =>
      goal.what === what &&
      goal.contestants.includes(contestant) &&
      (goal.sizes === undefined || goal.sizes.includes(size)),
  );
}
