import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, toPlainError, type PlainError } from '#contract/errors';
import { Feed } from './feed';

/** How far a job is is told at most this often. */
const TELL_EVERY_MS = 200;

/** How a job stands; see `jobStateSchema`. */
export type JobState<P, R> =
  | { state: 'idle' }
  | { state: 'running'; progress: P | null }
  | { state: 'finished'; result: R }
  | { state: 'failed'; error: PlainError }
  | { state: 'stopped' };

/** Long work of the host, of which there is one at a time. It goes on when the window that began it is closed. */
export class Job<P, R> {
  readonly #name: string;
  readonly #touched = new Feed<null>();
  #state: JobState<P, R> = { state: 'idle' };
  #abort: AbortController | null = null;
  #ended: Promise<void> = Promise.resolve();

  /** @param name of the work in a sentence: `The installation` */
  constructor(name: string) {
    this.#name = name;
  }

  get isRunning(): boolean {
    return this.#abort !== null;
  }

  /**
   * Begins the work.
   *
   * @param work is given the function that tells how far it is, and the signal that stops it
   * @throws {AppError} `job_under_way` if it has not ended since it was begun
   */
  start(work: (tell: (progress: P) => void, signal: AbortSignal) => Promise<R>): void {
    if (this.isRunning) throw new AppError('job_under_way', `${this.#name} is under way already.`);
    const abort = new AbortController();
    this.#abort = abort;
    this.#set({ state: 'running', progress: null });
    const tell = (progress: P) => {
      if (!abort.signal.aborted) this.#set({ state: 'running', progress });
    };
    this.#ended = work(tell, abort.signal)
      .then(
        (result): JobState<P, R> => ({ state: 'finished', result }),
        (error: unknown): JobState<P, R> =>
          abort.signal.aborted ? { state: 'stopped' } : { state: 'failed', error: toPlainError(error) },
      )
      .then((end) => {
        this.#abort = null;
        this.#set(end);
      });
  }

  /** Stops the work as soon as it can be; nothing happens if it is not under way. */
  stop(): void {
    this.#abort?.abort();
  }

  /** Stops the work and waits for its end. */
  async close(): Promise<void> {
    this.stop();
    await this.#ended;
  }

  /** Yields how the job stands, now and whenever that changes, until it is not under way. */
  async *follow(signal: AbortSignal): AsyncGenerator<JobState<P, R>, void, void> {
    const wakes = this.#touched.batches(() => true, signal);
    try {
      while ((await wakes.next()).done !== true) {
        // What is asked for next may come after the end.
        const state = this.#state;
        yield state;
        if (state.state !== 'running') return;
        await sleep(TELL_EVERY_MS, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await wakes.return(undefined);
    }
  }

  #set(state: JobState<P, R>): void {
    this.#state = state;
    this.#touched.publish(null);
  }
}
