import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import { noRuns, type RunState, type RunSummary } from '#contract/records';
import { matchesRun, parseRunSearch } from '#contract/run-search';
import { asAppError } from './as-app-error';
import { mergeRuns } from './merge-runs';

const pageSize = 200;

/** Runs change many times a second; they are counted at most this often. */
const countMs = 500;

/** What the list shows. */
export interface RunListFilter {
  readonly state: RunState | null;
  /** See `parseRunSearch`. */
  readonly text: string;
}

/** All runs the list shows, kept up to date by the host. */
export class RunListState {
  #runs = $state.raw<readonly RunSummary[]>([]);
  #counts = $state.raw<Readonly<Record<RunState, number>>>(noRuns);
  #isLoaded = $state(false);
  #hasOlder = $state(false);
  #error = $state.raw<AppError | null>(null);
  readonly #client: HostClient;
  readonly #stop: () => void;
  #filter: RunListFilter;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Answers may overtake each other; only those to the newest filter count. */
  #asked = 0;
  /** Whether what is shown was found by another filter. */
  #isStale = false;

  constructor(client: HostClient, filter: RunListFilter = { state: null, text: '' }) {
    this.#client = client;
    this.#filter = filter;
    this.#stop = client.subscribe('runs.changes', undefined, {
      onData: (run) => {
        this.#merge([run]);
        this.#timer ??= setTimeout(() => void this.#count(), countMs);
      },
      onError: (error) => (this.#error = asAppError(error)),
    });
    void this.reload();
  }

  /** How many runs that the text finds are in each state, whatever is shown of them. */
  get counts(): Readonly<Record<RunState, number>> {
    return this.#counts;
  }

  /** Newest first. */
  get runs(): readonly RunSummary[] {
    return this.#runs;
  }

  /** False until the host has answered for the first time. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Whether the host has runs older than those that are here. */
  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  get error(): AppError | null {
    return this.#error;
  }

  /** Shows other runs. */
  show(filter: RunListFilter): void {
    if (filter.state === this.#filter.state && filter.text === this.#filter.text) return;
    this.#filter = filter;
    this.#asked += 1;
    this.#isStale = true;
    void this.reload();
  }

  /** Asks for the newest runs; to be called again after the connection was broken. */
  async reload(): Promise<void> {
    await Promise.all([this.#fetch(undefined), this.#count()]);
  }

  /** Asks for the runs before the oldest one here. */
  async loadOlder(): Promise<void> {
    const oldest = this.#runs.at(-1);
    if (oldest) await this.#fetch(oldest.id);
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#timer);
  }

  async #fetch(before: string | undefined): Promise<void> {
    const question = this.#asked;
    const { state, text } = this.#filter;
    try {
      const runs = await this.#client.query('runs.list', {
        text,
        limit: pageSize,
        ...(state === null ? {} : { states: [state] }),
        ...(before === undefined ? {} : { before }),
      });
      if (question !== this.#asked) return;
      if (this.#isStale) this.#runs = [];
      this.#isStale = false;
      this.#hasOlder = runs.length === pageSize;
      this.#merge(runs);
      this.#isLoaded = true;
      this.#error = null;
    } catch (error) {
      this.#error = asAppError(error);
    }
  }

  async #count(): Promise<void> {
    this.#timer = undefined;
    const question = this.#asked;
    try {
      const counts = await this.#client.query('runs.counts', { text: this.#filter.text });
      if (question === this.#asked) this.#counts = counts;
    } catch (error) {
      this.#error = asAppError(error);
    }
  }

  /** Takes over newer summaries, and leaves out those that are not, or not any more, looked for. */
  #merge(runs: readonly RunSummary[]): void {
    const { state, text } = this.#filter;
    const search = parseRunSearch(text);
    this.#runs = mergeRuns(this.#runs, runs).filter(
      (run) => (state === null || run.state === state) && matchesRun(run, search),
    );
  }
}
