import { readFileSync } from 'node:fs';

/** What must stay free beside a worker that is started: for the host and other programs. */
const RESERVE_BYTES = 512 * 2 ** 20;

/** Decides whether the memory allows one more worker beside those that are running. */
export class MemoryRoom {
  readonly #available: () => number;
  readonly #peakOf: (pid: number) => number | null;
  readonly #peaks = new Map<string, number>();

  /**
   * @param available bytes that can still be had, a container's limit included
   * @param peakOf largest resident size of a process so far, in bytes; null where the system does not say it
   */
  constructor(
    available: () => number = () => process.availableMemory(),
    peakOf: (pid: number) => number | null = peakResidentSize,
  ) {
    this.#available = available;
    this.#peakOf = peakOf;
  }

  /**
   * Remembers how large a worker has become. Call it while the process is there.
   *
   * @param kind of its run
   * @param pid of its process
   */
  watch(kind: string, pid: number | undefined): void {
    const peak = pid === undefined ? null : this.#peakOf(pid);
    if (peak !== null) this.#peaks.set(kind, Math.max(peak, this.#peaks.get(kind) ?? 0));
  }

  /**
   * Says whether one more run of a kind fits: what runs of that kind have taken at most, or if none was
   * seen yet what any run has taken, must be free with a reserve.
   *
   * @param kind of the run that waits
   */
  hasRoomFor(kind: string): boolean {
    const needed = this.#peaks.get(kind) ?? Math.max(0, ...this.#peaks.values());
    return this.#available() >= needed + RESERVE_BYTES;
  }
}

/** Reads the largest resident size of a process from Linux's process files. */
function peakResidentSize(pid: number): number | null {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found === null ? null : Number(found[1]) * 1024;
  } catch {
    // Other systems have no such file, and a process may just have ended: then nothing is known.
    return null;
  }
}
