import type { ContestantName, Memory, SubjectName } from './protocol';
import type { SizeName } from './sizes';

/** One cell of what is measured. */
export interface Cell {
  readonly size: SizeName;
  readonly subject: SubjectName;
  readonly contestant: ContestantName;
}

/** Everything that was measured. */
export class Measurements {
  readonly #times = new Map<string, number[]>();
  readonly #memory = new Map<string, Memory>();
  readonly #attention = new Map<string, string>();
  readonly #loads: number[] = [];

  /** Adds the time of the next round, in seconds. */
  addTime(cell: Cell, seconds: number): void {
    this.#times.set(keyOf(cell), [...this.times(cell), seconds]);
  }

  addMemory(cell: Cell, memory: Memory): void {
    this.#memory.set(keyOf(cell), memory);
  }

  /** Notes which attention kernel a contestant chose. */
  noteAttention(cell: Cell, kernel: string): void {
    this.#attention.set(keyOf(cell), kernel);
  }

  /** Adds what share of the cores other programs used before a round. */
  addLoad(share: number): void {
    this.#loads.push(share);
  }

  /** Returns what was added, in order. */
  get loads(): readonly number[] {
    return this.#loads;
  }

  /** Returns seconds by round; empty if it was not measured. */
  times(cell: Cell): readonly number[] {
    return this.#times.get(keyOf(cell)) ?? [];
  }

  memory(cell: Cell): Memory | undefined {
    return this.#memory.get(keyOf(cell));
  }

  attention(cell: Cell): string | undefined {
    return this.#attention.get(keyOf(cell));
  }
}

/** Returns the middle number, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function keyOf({ size, subject, contestant }: Cell): string {
  return `${size}/${subject}/${contestant}`;
}
