import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import { isResumable, isSettled, type RunSummary } from '#contract/records';
import { asAppError } from './as-app-error';
import type { RunListFilter, RunListState } from './run-list-state.svelte';

/** As many as the host names and annotates at once. */
const most = 1000;

/** Runs that people have chosen in a list, and what is done with them all. */
export class ChosenRuns {
  /** As they were when they were chosen; the list may have scrolled on. */
  #chosen = $state.raw<ReadonlyMap<string, RunSummary>>(new Map());
  #error = $state.raw<AppError | null>(null);
  readonly #client: HostClient;
  readonly #list: RunListState;

  constructor(client: HostClient, list: RunListState) {
    this.#client = client;
    this.#list = list;
  }

  /** As they are now, as far as the list shows them. */
  readonly runs = $derived.by((): readonly RunSummary[] => {
    const current = new Map(this.#list.runs.map((run) => [run.id, run]));
    return [...this.#chosen.values()].map((run) => current.get(run.id) ?? run);
  });
  readonly cancellable = $derived.by(() => this.runs.filter(({ state }) => !isSettled(state)));
  readonly resumable = $derived.by(() => this.runs.filter(({ state }) => isResumable(state)));
  /** Tags that at least one of them has. */
  readonly tags = $derived.by(() => [...new Set(this.runs.flatMap(({ tags }) => tags))].sort());

  /** Why the last action, or a part of it, was refused. */
  get error(): AppError | null {
    return this.#error;
  }

  has(runId: string): boolean {
    return this.#chosen.has(runId);
  }

  set(run: RunSummary, isChosen: boolean): void {
    const chosen = new Map(this.#chosen);
    if (isChosen) chosen.set(run.id, run);
    else chosen.delete(run.id);
    this.#chosen = chosen;
  }

  clear(): void {
    this.#chosen = new Map();
  }

  /** Chooses what a search finds, at most the newest thousand. */
  async chooseFound({ states, text }: RunListFilter): Promise<void> {
    await this.#try(async () => {
      const runs = await this.#client.query('runs.list', {
        text,
        limit: most,
        ...(states === null ? {} : { states: [...states] }),
      });
      this.#chosen = new Map(runs.map((run) => [run.id, run]));
    });
  }

  /** Asks for all, whatever becomes of single ones; the first refusal is shown. */
  async act(path: 'runs.cancel' | 'runs.resume', runs: readonly RunSummary[]): Promise<void> {
    await this.#try(async () => {
      const outcomes = await Promise.allSettled(
        runs.map(({ id }) => this.#client.mutate(path, { runId: id })),
      );
      const refusal = outcomes.find((outcome) => outcome.status === 'rejected');
      if (refusal !== undefined) throw refusal.reason;
    });
  }

  /** Puts tags on all of them, and takes others off. */
  async tag(addTags: readonly string[], removeTags: readonly string[]): Promise<void> {
    await this.#try(async () => {
      const runIds = [...this.#chosen.keys()];
      const runs = await this.#client.mutate('runs.annotate', {
        runIds,
        addTags: [...addTags],
        removeTags: [...removeTags],
      });
      this.#chosen = new Map(runs.map((run) => [run.id, run]));
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#error = null;
    } catch (error) {
      this.#error = asAppError(error);
    }
  }
}
