import type { ApiOutput, HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import { asAppError } from '#renderer/state/as-app-error.ts';

/** What a path holds, digested by the host so that a specification can say which content it means. */
export class SourceReader {
  /** The path that is being read; null if none is. */
  #reading = $state<string | null>(null);
  #error = $state.raw<AppError | null>(null);
  readonly #client: HostClient;
  /** Answers may overtake each other; only the newest question counts. */
  #asked = 0;

  constructor(client: HostClient) {
    this.#client = client;
  }

  get reading(): string | null {
    return this.#reading;
  }

  /** Why the path that was asked for last could not be read. */
  get error(): AppError | null {
    return this.#error;
  }

  /** Reads a path; null if it cannot be read, or another one was asked for meanwhile. */
  async read(path: string): Promise<ApiOutput<'sources.fingerprint'> | null> {
    const question = ++this.#asked;
    this.#reading = path;
    this.#error = null;
    try {
      const source = await this.#client.query('sources.fingerprint', { path });
      return question === this.#asked ? source : null;
    } catch (thrown) {
      if (question === this.#asked) this.#error = asAppError(thrown);
      return null;
    } finally {
      if (question === this.#asked) this.#reading = null;
    }
  }

  /** Takes the question back. */
  forget(): void {
    this.#asked += 1;
    this.#reading = null;
    this.#error = null;
  }
}
