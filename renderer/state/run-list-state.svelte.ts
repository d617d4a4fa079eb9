import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import { runStateSchema, type RunState, type RunSummary } from '#contract/records';
import { asAppError } from './as-app-error';
import { mergeRuns } from './merge-runs';

const pageSize = 200;

/** All runs the list shows, kept up to date by the host. */
export class RunListState {
  #runs = $state.raw<readonly RunSummary[]>([]);
  #isLoaded = $state(false);
  #hasOlder = $state(false);
  #error = $state.raw<AppError | null>(null);
  readonly #client: HostClient;
  readonly #stop: () => void;

  constructor(client: HostClient) {
    this.#client = client;
    this.#stop = client.subscribe('runs.changes', undefined, {
      onData: (run) => this.#merge([run]),
      onError: (error) => (this.#error = asAppError(error)),
    });
    void this.reload();
  }

  /** How many runs are in each state. */
  readonly counts = $derived.by(() => {
    const counts = Object.fromEntries(runStateSchema.options.map((state) => [state, 0]));
    for (const { state } of this.#runs) counts[state] = (counts[state] ?? 0) + 1;
    return counts as Record<RunState, number>;
  });

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

  /** Asks for the newest runs; to be called again after the connection was broken. */
  async reload(): Promise<void> {
    await this.#fetch({ limit: pageSize });
  }

  /** Asks for the runs before the oldest one here. */
  async loadOlder(): Promise<void> {
    const oldest = this.#runs.at(-1);
    if (oldest) await this.#fetch({ limit: pageSize, before: oldest.id });
  }

  close(): void {
    this.#stop();
  }

  async #fetch(input: { limit: number; before?: string }): Promise<void> {
    try {
      const runs = await this.#client.query('runs.list', input);
      if (input.before !== undefined || !this.#isLoaded) this.#hasOlder = runs.length === pageSize;
      this.#merge(runs);
      this.#isLoaded = true;
      this.#error = null;
    } catch (error) {
      this.#error = asAppError(error);
    }
  }

  #merge(runs: readonly RunSummary[]): void {
    this.#runs = mergeRuns(this.#runs, runs);
  }
}
