import { readFileSync } from 'node:fs';

/** What must stay free beside a worker that is started: for the host and other programs. */
const RESERVE_BYTES = 512 * 2 ** 20;

/** A worker as {@link MemoryRoom} looks at it. */
export interface SizedWorker {
  /** What its run has in common with others that will take as much memory. */
  readonly likeness: string;
  readonly pid: number | undefined;
}

/** Decides whether the memory allows one more worker beside those that are running. */
export class MemoryRoom {
  readonly #available: () => number;
  readonly #sizeOf: (pid: number) => ProcessSize | null;
  readonly #peaks = new Map<string, number>();

  /**
   * @param available bytes that can still be had, a container's limit included
   * @param sizeOf how large a process is; null where the system does not say it
   */
  constructor(
    available: () => number = () => process.availableMemory(),
    sizeOf: (pid: number) => ProcessSize | null = residentSize,
  ) {
    this.#available = available;
    this.#sizeOf = sizeOf;
  }

  /** Remembers how large a worker has become. Call it when its run has ended and the process is still there. */
  remember({ likeness, pid }: SizedWorker): void {
    const peak = (pid === undefined ? null : this.#sizeOf(pid))?.peak ?? 0;
    this.#peaks.set(likeness, Math.max(peak, this.#peaks.get(likeness) ?? 0));
  }

  /**
   * Says whether a run has to wait for the first of its like: until that has ended nobody knows what they take.
   *
   * @param likeness of the run that waits
   * @param running workers
   */
  mustWaitForFirst(likeness: string, running: readonly SizedWorker[]): boolean {
    return !this.#peaks.has(likeness) && running.some((worker) => worker.likeness === likeness);
  }

  /**
   * Says whether one more run fits beside those that are running, with a reserve. A run is expected to take what
   * its like have taken at most, or if there were none what any run has taken, and those that run to grow as far.
   *
   * @param likeness of the run that waits
   * @param running workers
   */
  hasRoomFor(likeness: string, running: readonly SizedWorker[]): boolean {
    const needed = this.#peaks.get(likeness) ?? Math.max(0, ...this.#peaks.values());
    const promised = running.map((worker) => {
      const size = (worker.pid === undefined ? null : this.#sizeOf(worker.pid))?.now ?? 0;
      return Math.max(0, (this.#peaks.get(worker.likeness) ?? 0) - size);
    });
    return this.#available() >= promised.reduce((sum, bytes) => sum + bytes, needed + RESERVE_BYTES);
  }
}

/** Resident sizes of a process in bytes. */
export interface ProcessSize {
  readonly now: number;
  readonly peak: number;
}

/** Reads the resident size of a process, and the largest so far, from Linux's process files. */
function residentSize(pid: number): ProcessSize | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const read = (field: string) => {
      const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status);
      return found === null ? 0 : Number(found[1]) * 1024;
    };
    return { now: read('VmRSS'), peak: read('VmHWM') };
  } catch {
    // Other systems have no such file, and a process may just have ended: then nothing is known.
    return null;
  }
}
