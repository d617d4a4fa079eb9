import type { Progress } from '#contract/records';
import { peakMemory } from './peak-memory';

/** Progress is told at most this often, but always at the end of a phase. */
const INTERVAL_MS = 1000;
/** Weight of the newest measurement in the smoothed rate. */
const SMOOTHING = 0.3;

/** Measures one phase of a run: how far, how fast, how long still. */
export class ProgressMeter {
  readonly #phase: string;
  readonly #unit: string;
  readonly #total: number;
  readonly #tell: (progress: Progress) => void;
  readonly #now: () => number;
  readonly #peakBytes: () => number;
  #toldAt: number;
  #toldDone: number;
  #rate: number | null = null;

  /**
   * @param phase what is being done, for people
   * @param total work units in all; `start` of them were done by an earlier attempt
   */
  constructor(
    phase: string,
    { total, start = 0, unit }: { total: number; start?: number; unit: string },
    tell: (progress: Progress) => void,
    now: () => number = Date.now,
    peakBytes: () => number = peakMemory,
  ) {
    this.#phase = phase;
    this.#total = Math.max(1, total);
    this.#unit = unit;
    this.#tell = tell;
    this.#now = now;
    this.#peakBytes = peakBytes;
    this.#toldAt = now();
    this.#toldDone = start;
    this.#report(start);
  }

  /** Notes that `done` work units are done in all. */
  update(done: number): void {
    const elapsedMs = this.#now() - this.#toldAt;
    if (elapsedMs < INTERVAL_MS && done < this.#total) return;
    if (elapsedMs > 0 && done > this.#toldDone) {
      const newest = ((done - this.#toldDone) / elapsedMs) * 1000;
      this.#rate = this.#rate === null ? newest : SMOOTHING * newest + (1 - SMOOTHING) * this.#rate;
    }
    this.#toldAt = this.#now();
    this.#toldDone = done;
    this.#report(done);
  }

  #report(done: number): void {
    const rate = this.#rate;
    this.#tell({
      phase: this.#phase,
      done,
      total: this.#total,
      unit: this.#unit,
      rate,
      etaMs: rate === null || rate === 0 ? null : Math.round(((this.#total - done) / rate) * 1000),
      peakBytes: this.#peakBytes(),
    });
  }
}
