import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import type { RunSummary } from '#contract/records';
import { asAppError } from './as-app-error';

/** Runs change many times a second; the queue is asked for at most this often. */
const refreshMs = 300;

/** Queued runs in the order in which they will be started. */
export class QueueState {
  #runs = $state.raw<readonly RunSummary[]>([]);
  #isLoaded = $state(false);
  #error = $state.raw<AppError | null>(null);
  readonly #client: HostClient;
  readonly #stop: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Answers may overtake each other; only the newest counts. */
  #asked = 0;

  constructor(client: HostClient) {
    this.#client = client;
    this.#stop = client.subscribe('runs.changes', undefined, {
      onData: (run) => {
        const isConcerned = run.state === 'queued' || this.#runs.some(({ id }) => id === run.id);
        if (isConcerned) this.#timer ??= setTimeout(() => void this.reload(), refreshMs);
      },
      onError: (error) => (this.#error = asAppError(error)),
    });
    void this.reload();
  }

  get runs(): readonly RunSummary[] {
    return this.#runs;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get error(): AppError | null {
    return this.#error;
  }

  async reload(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#take(this.#client.query('runs.queue', undefined));
  }

  /** Moves a run to a place in the queue. */
  async move(runId: string, place: number): Promise<void> {
    const others = this.#runs.filter(({ id }) => id !== runId);
    const before = others.at(place)?.id ?? null;
    await this.#take(this.#client.mutate('runs.move', { runId, before }));
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#timer);
  }

  async #take(answer: Promise<readonly RunSummary[]>): Promise<void> {
    this.#asked += 1;
    const question = this.#asked;
    try {
      const runs = await answer;
      if (question !== this.#asked) return;
      this.#runs = runs;
      this.#isLoaded = true;
      this.#error = null;
    } catch (error) {
      this.#error = asAppError(error);
      // Another window may have moved it, or it has started: what is shown must be what is.
      if (question === this.#asked && this.#error.code === 'wrong_state') await this.#refresh();
    }
  }

  async #refresh(): Promise<void> {
    try {
      this.#runs = await this.#client.query('runs.queue', undefined);
    } catch (error) {
      this.#error = asAppError(error);
    }
  }
}
