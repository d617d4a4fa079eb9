import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import type { ArtifactKind } from '#contract/events';
import type { LibraryEntry } from '#contract/records';
import { asAppError } from './as-app-error';

const pageSize = 200;
/** Runs announce what they make in bursts. */
const reloadMs = 500;
/** After the last key, before the host is asked. */
const typingMs = 150;

/** Artifacts of some kinds, the newest first, kept up to date. */
export class ArtifactListState {
  #entries = $state.raw<readonly LibraryEntry[]>([]);
  #isLoaded = $state(false);
  #hasMore = $state(false);
  #error = $state.raw<AppError | null>(null);
  #text = $state('');
  readonly #client: HostClient;
  readonly #kinds: readonly ArtifactKind[];
  readonly #stop: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Answers may overtake each other; only the newest question counts. */
  #asked = 0;

  constructor(client: HostClient, kinds: readonly ArtifactKind[]) {
    this.#client = client;
    this.#kinds = kinds;
    this.#stop = client.subscribe('runs.changes', undefined, {
      onData: ({ state }) => {
        if (state === 'finished') this.#reloadSoon(reloadMs);
      },
      onError: (error) => (this.#error = asAppError(error)),
    });
    void this.reload();
  }

  get entries(): readonly LibraryEntry[] {
    return this.#entries;
  }

  /** False until the host has answered for the first time. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Whether there are more than those that are here. */
  get hasMore(): boolean {
    return this.#hasMore;
  }

  get error(): AppError | null {
    return this.#error;
  }

  /** Words that are looked for in the labels. */
  get text(): string {
    return this.#text;
  }

  search(text: string): void {
    this.#text = text;
    this.#reloadSoon(typingMs);
  }

  /** Asks for the newest; to be called again after the connection was broken. */
  async reload(): Promise<void> {
    this.#timer = undefined;
    await this.#fetch(undefined);
  }

  /** Asks for those behind the last one here. */
  async loadMore(): Promise<void> {
    await this.#fetch(this.#entries.at(-1)?.id);
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#timer);
  }

  #reloadSoon(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.reload(), ms);
  }

  async #fetch(after: string | undefined): Promise<void> {
    const question = ++this.#asked;
    try {
      const input = { kinds: [...this.#kinds], text: this.#text, limit: pageSize };
      const found = await this.#client.query(
        'artifacts.list',
        after === undefined ? input : { ...input, after },
      );
      if (question !== this.#asked) return;
      this.#entries = after === undefined ? found : [...this.#entries, ...found];
      this.#hasMore = found.length === pageSize;
      this.#isLoaded = true;
      this.#error = null;
    } catch (error) {
      this.#error = asAppError(error);
    }
  }
}
