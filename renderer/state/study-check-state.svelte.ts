import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import type { BenchmarkCheck, StudyTemplate } from '#contract/study-template';
import { asAppError } from './as-app-error';

/** After the last change, before the host is asked. */
const restMs = 300;

/** What a definition needs and what it would come to, asked again whenever it or the library changes. */
export class StudyCheckState {
  #check = $state.raw<BenchmarkCheck | null>(null);
  #error = $state.raw<AppError | null>(null);
  #isAsking = $state(false);
  readonly #client: HostClient;
  readonly #stop: () => void;
  #definition: StudyTemplate | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Answers may overtake each other; only the newest question counts. */
  #asked = 0;

  constructor(client: HostClient) {
    this.#client = client;
    this.#stop = client.subscribe('runs.changes', undefined, {
      // A run that has finished may be an import that was missing, or one that can be used again.
      onData: ({ state }) => {
        if (state === 'finished') this.#askSoon();
      },
      onError: (error) => (this.#error = asAppError(error)),
    });
  }

  /** Null until the host has answered; that of an earlier definition while it is asked. */
  get check(): BenchmarkCheck | null {
    return this.#check;
  }

  get error(): AppError | null {
    return this.#error;
  }

  get isAsking(): boolean {
    return this.#isAsking;
  }

  /** Takes the definition to be checked; null where it is not valid yet. */
  take(definition: StudyTemplate | null): void {
    this.#definition = definition;
    this.#asked += 1;
    if (definition === null) {
      clearTimeout(this.#timer);
      [this.#check, this.#error, this.#isAsking] = [null, null, false];
      return;
    }
    this.#askSoon();
  }

  /** Asks again, after the connection was broken. */
  async reload(): Promise<void> {
    const definition = this.#definition;
    if (definition === null) return;
    const question = ++this.#asked;
    this.#isAsking = true;
    try {
      const check = await this.#client.query('studies.check', { definition });
      if (question === this.#asked) [this.#check, this.#error] = [check, null];
    } catch (error) {
      if (question === this.#asked) [this.#check, this.#error] = [null, asAppError(error)];
    } finally {
      if (question === this.#asked) this.#isAsking = false;
    }
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#timer);
    this.#asked += 1;
  }

  #askSoon(): void {
    clearTimeout(this.#timer);
    if (this.#definition === null) return;
    this.#timer = setTimeout(() => void this.reload(), restMs);
  }
}
