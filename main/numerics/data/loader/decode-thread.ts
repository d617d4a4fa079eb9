import { Worker } from 'node:worker_threads';
import { AppError, fromPlainError, type PlainError } from '#contract/errors';
import { type DecodeJob } from './decode-job';

/** What a thread is sent: a job with a number that the answer repeats. */
export interface DecodeRequest {
  readonly id: number;
  readonly job: DecodeJob;
}

/** What a thread answers: null, or why the job failed. */
export interface DecodeAnswer {
  readonly id: number;
  readonly error: PlainError | null;
}

/** A thread that decodes, seen from outside. Requests wait in it, so it goes on while this thread computes. */
export class DecodeThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, PromiseWithResolvers<undefined>>();
  #images = 0;
  #requests = 0;
  #end: AppError | null = null;

  /** @param entry path or file URL of the program that `serveDecodeJobs` is called in */
  constructor(entry: string) {
    this.#worker = new Worker(entry.startsWith('file:') ? new URL(entry) : entry);
    this.#worker.on('message', (answer: DecodeAnswer) => this.#settle(answer));
    this.#worker.on('error', (cause: Error) => this.#fail(crashed(cause.message, cause)));
    this.#worker.on('exit', (code) => this.#fail(crashed(`exit code ${code}`)));
  }

  /** Number of images that were asked for and are not there yet. */
  get load(): number {
    return this.#images;
  }

  /**
   * Decodes images after those that were asked for before.
   *
   * @param job see {@link DecodeJob}
   * @throws {AppError} what the job threw; `worker_crashed` if the thread ends before it is done
   */
  async decode(job: DecodeJob): Promise<void> {
    if (this.#end !== null) throw this.#end;
    const id = this.#requests++;
    const pending = Promise.withResolvers<undefined>();
    this.#pending.set(id, pending);
    this.#images += job.samples.length;
    this.#worker.postMessage({ id, job } satisfies DecodeRequest);
    try {
      await pending.promise;
    } finally {
      this.#images -= job.samples.length;
    }
  }

  /** Ends the thread in the middle of whatever it does; what was asked for and is not there is rejected. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle({ id, error }: DecodeAnswer): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (error === null) pending?.resolve(undefined);
    else pending?.reject(fromPlainError(error));
  }

  #fail(error: AppError): void {
    this.#end ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#end);
    this.#pending.clear();
  }
}

function crashed(reason: string, cause?: unknown): AppError {
  return new AppError('worker_crashed', `A thread that decodes images ended (${reason}).`, {}, { cause });
}
