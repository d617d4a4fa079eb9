import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import { noRuns, runStateSchema, type RunState, type RunSummary } from '#contract/records';
import { matchesRun, parseRunSearch } from '#contract/run-search';
import { asAppError } from './as-app-error';

const pageSize = 200;

/** Runs change many times a second; the list is asked for at most this often. */
const refreshMs = 500;

/** What the list shows. */
export interface RunListFilter {
  /** Null for all. */
  readonly states: readonly RunState[] | null;
  /** See `parseRunSearch`. */
  readonly text: string;
}

/** No run is left out. */
const everyRun: RunListFilter = { states: null, text: '' };

/**
 * The runs that a list shows, kept up to date by the host. However many there are, only those around the rows that
 * are looked at are held.
 */
export class RunListState {
  /** Rows by page; what is not here was not asked for, or has not come yet. */
  #pages = $state.raw<ReadonlyMap<number, readonly RunSummary[]>>(new Map());
  #counts = $state.raw<Readonly<Record<RunState, number>>>(noRuns);
  #isLoaded = $state(false);
  #error = $state.raw<AppError | null>(null);
  #filter = $state.raw<RunListFilter>(everyRun);
  readonly #client: HostClient;
  readonly #stop: () => void;
  #wanted = { first: 0, last: pageSize - 1 };
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether something has changed since the host was last asked. */
  #isOutdated = false;
  /** Answers may overtake each other; only those to the newest question count. */
  #asked = 0;

  constructor(client: HostClient, filter: RunListFilter = everyRun) {
    this.#client = client;
    this.#filter = filter;
    this.#stop = client.subscribe('runs.changes', undefined, {
      onData: (run) => this.#follow(run),
      onError: (error) => (this.#error = asAppError(error)),
    });
    void this.reload();
  }

  /** How many runs that the text finds are in each state, whatever is shown of them. */
  get counts(): Readonly<Record<RunState, number>> {
    return this.#counts;
  }

  /** How many rows the list has. */
  readonly total = $derived.by(() => {
    const { states } = this.#filter;
    return (states ?? runStateSchema.options).reduce((sum, state) => sum + this.#counts[state], 0);
  });

  /** Those that are here, newest first. */
  readonly runs = $derived.by((): readonly RunSummary[] =>
    [...this.#pages.entries()].sort(([a], [b]) => a - b).flatMap(([, page]) => page),
  );

  /** What stands in rows, null where it has not come yet. */
  rows(first: number, last: number): (RunSummary | null)[] {
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => {
      const row = first + offset;
      return this.#pages.get(Math.floor(row / pageSize))?.[row % pageSize] ?? null;
    });
  }

  /** False until the host has answered for the first time. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get error(): AppError | null {
    return this.#error;
  }

  /** Shows other runs. */
  show(filter: RunListFilter): void {
    const isSame = filter.text === this.#filter.text && String(filter.states) === String(this.#filter.states);
    if (isSame) return;
    this.#filter = filter;
    this.#wanted = { first: 0, last: pageSize - 1 };
    void this.reload();
  }

  /** Says which rows are looked at; they are asked for if they are not here. */
  lookAt(first: number, last: number): void {
    this.#wanted = { first, last };
    const missing = this.#wantedPages().some((page) => !this.#pages.has(page));
    if (missing && this.#isLoaded) void this.reload();
  }

  /** Asks for the rows that are looked at; to be called again after the connection was broken. */
  async reload(): Promise<void> {
    this.#asked += 1;
    this.#isOutdated = false;
    const question = this.#asked;
    const { states, text } = this.#filter;
    const wanted = this.#wantedPages();
    try {
      const [counts, ...pages] = await Promise.all([
        this.#client.query('runs.counts', { text }),
        ...wanted.map((page) =>
          this.#client.query('runs.list', {
            text,
            limit: pageSize,
            offset: page * pageSize,
            ...(states === null ? {} : { states: [...states] }),
          }),
        ),
      ]);
      if (question !== this.#asked) return;
      const known = new Map(this.runs.map((run) => [run.id, run]));
      const newest = (run: RunSummary): RunSummary => {
        // An answer can be overtaken by a change that was sent after it.
        const other = known.get(run.id);
        return other !== undefined && other.lastSequence > run.lastSequence ? other : run;
      };
      this.#counts = counts;
      // A run that came between two answers has moved the last of one page to the beginning of the next.
      const seen = new Set<string>();
      const unseen = ({ id }: RunSummary): boolean => {
        const isNew = !seen.has(id);
        seen.add(id);
        return isNew;
      };
      this.#pages = new Map(wanted.map((page, place) => [page, pages[place].filter(unseen).map(newest)]));
      this.#isLoaded = true;
      this.#error = null;
    } catch (error) {
      if (question === this.#asked) this.#error = asAppError(error);
    }
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#timer);
    // Answers that are still under way are to nobody's question.
    this.#asked += 1;
  }

  /** The pages that are looked at, with one on each side of them. */
  #wantedPages(): number[] {
    const first = Math.max(0, Math.floor(this.#wanted.first / pageSize) - 1);
    const last = Math.floor(this.#wanted.last / pageSize) + 1;
    // Before the first answer nobody knows whether there is a second page.
    const end = this.#isLoaded ? Math.max(1, Math.ceil(this.total / pageSize)) : 1;
    return Array.from({ length: Math.max(1, Math.min(last, end - 1) - first + 1) }, (_, n) => first + n);
  }

  /** Shows a change of a run that is here at once; the host says soon where it belongs now. */
  #follow(run: RunSummary): void {
    const { states, text } = this.#filter;
    const isShown = (states?.includes(run.state) ?? true) && matchesRun(run, parseRunSearch(text));
    let before: RunSummary | undefined;
    const pages = new Map(
      [...this.#pages].map(([page, runs]) => [
        page,
        runs.map((other) => {
          if (other.id !== run.id || other.lastSequence > run.lastSequence) return other;
          before = other;
          return run;
        }),
      ]),
    );
    if (before !== undefined) this.#pages = pages;
    const isWhereItWas = before?.state === run.state && isShown;
    if (!isWhereItWas) this.#refreshSoon();
  }

  /** Asks again at once, but not more often than it may. */
  #refreshSoon(): void {
    this.#isOutdated = true;
    if (this.#timer !== undefined) return;
    void this.reload();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isOutdated) this.#refreshSoon();
    }, refreshMs);
  }
}
