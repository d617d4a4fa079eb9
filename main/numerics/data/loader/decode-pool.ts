import { runDecodeJob, type DecodeJob } from './decode-job';
import { DecodeThread } from './decode-thread';

/** Images that a thread is sent at once: few, so that all threads have work until the end of a batch. */
const IMAGES_AT_ONCE = 8;

/** Where images are decoded. */
export interface DecodePoolOptions {
  /** Program of a thread, see {@link DecodeThread}; null to decode in this thread, by the same function. */
  readonly entry: string | null;
  /** Number of threads, at least 1; results do not depend on it. */
  readonly threads: number;
}

/** Decodes images on threads, which start when the first are asked for. */
export class DecodePool {
  readonly #options: DecodePoolOptions;
  #threads: DecodeThread[] = [];

  /** @param options see {@link DecodePoolOptions} */
  constructor(options: DecodePoolOptions) {
    this.#options = options;
  }

  /**
   * Decodes images. All of the work is handed out at once, so it goes on while this thread computes.
   *
   * @param job see {@link DecodeJob}
   * @returns when all images lie in the target
   * @throws {AppError} what `runDecodeJob` finds wrong; `worker_crashed` if a thread ends before it is done
   */
  async decode(job: DecodeJob): Promise<void> {
    const { entry, threads } = this.#options;
    if (entry === null) return runDecodeJob(job);
    while (this.#threads.length < threads) this.#threads.push(new DecodeThread(entry));
    await Promise.all(cut(job).map((part) => this.#idlest().decode(part)));
  }

  /** Ends the threads; what was asked for and is not there is rejected. The pool can be used again. */
  async close(): Promise<void> {
    const threads = this.#threads;
    this.#threads = [];
    await Promise.all(threads.map((thread) => thread.end()));
  }

  #idlest(): DecodeThread {
    return this.#threads.reduce((best, thread) => (thread.load < best.load ? thread : best));
  }
}

function cut(job: DecodeJob): DecodeJob[] {
  const { samples, imageSize, crop } = job;
  return Array.from({ length: Math.ceil(samples.length / IMAGES_AT_ONCE) }, (_, part) => {
    const first = part * IMAGES_AT_ONCE;
    return {
      ...job,
      samples: samples.slice(first, first + IMAGES_AT_ONCE),
      crop: crop === null ? null : { seed: crop.seed, position: crop.position + first },
      start: job.start + first * imageSize * imageSize * 3,
    };
  });
}
