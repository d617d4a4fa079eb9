import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import type { RunEvent } from '#contract/events';
import { isResumable, isSettled, type RunDetail, type RunSummary } from '#contract/records';
import { asAppError } from './as-app-error';
import { emptyRunView, foldEvents, type RunView } from './run-view';

/** Events that arrive together, as a whole history does, become one update of the page. */
const batchMs = 50;

/** One run as its page shows it: the record, and what its events add up to. */
export class RunDetailState {
  readonly runId: string;
  #detail = $state.raw<RunDetail | null>(null);
  #view = $state.raw<RunView>(emptyRunView);
  #error = $state.raw<AppError | null>(null);
  #isActing = $state(false);

  readonly #client: HostClient;
  readonly #stopChanges: () => void;
  #stopEvents: () => void = () => undefined;
  #isListening = false;
  #isClosed = false;
  #lastSequence = 0;
  #batch: RunEvent[] = [];

  constructor(client: HostClient, runId: string) {
    this.#client = client;
    this.runId = runId;
    this.#stopChanges = client.subscribe('runs.changes', undefined, {
      onData: (run) => {
        if (run.id === this.#detail?.id) this.#follow(run);
      },
      onError: (error) => (this.#error = asAppError(error)),
    });
    void this.reload();
  }

  /** Null until the host has answered. */
  get detail(): RunDetail | null {
    return this.#detail;
  }

  /** What the events so far add up to. */
  get view(): RunView {
    return this.#view;
  }

  /** Why the run could not be shown, or the last action was refused. */
  get error(): AppError | null {
    return this.#error;
  }

  /** Whether an action waits for its answer. */
  get isActing(): boolean {
    return this.#isActing;
  }

  readonly canCancel = $derived(this.#detail !== null && !isSettled(this.#detail.state));
  readonly canResume = $derived(this.#detail !== null && isResumable(this.#detail.state));

  /** Asks for the record; to be called again after the connection was broken. */
  async reload(): Promise<void> {
    try {
      const detail = await this.#client.query('runs.get', { runId: this.runId });
      if (this.#isClosed) return;
      this.#detail = detail;
      this.#error = null;
      this.#listen(detail);
    } catch (error) {
      this.#error = asAppError(error);
    }
  }

  /** Asks the host to cancel the run. */
  async cancel(): Promise<void> {
    await this.#act('runs.cancel');
  }

  /** Asks the host to continue the run from its last checkpoint. */
  async resume(): Promise<void> {
    await this.#act('runs.resume');
  }

  /**
   * Puts tags on the run, takes some off, or replaces its note.
   *
   * @returns whether the host has stored it
   */
  async annotate(changes: { addTags?: string[]; removeTags?: string[]; note?: string }): Promise<boolean> {
    try {
      const [run] = await this.#client.mutate('runs.annotate', { runIds: [this.runId], ...changes });
      this.#error = null;
      this.#follow(run);
      return true;
    } catch (error) {
      this.#error = asAppError(error);
      return false;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#stopChanges();
    this.#stopEvents();
  }

  async #act(path: 'runs.cancel' | 'runs.resume'): Promise<void> {
    this.#isActing = true;
    try {
      const run = await this.#client.mutate(path, { runId: this.runId });
      this.#error = null;
      this.#follow(run);
    } catch (error) {
      this.#error = asAppError(error);
    } finally {
      this.#isActing = false;
    }
  }

  /** Takes over a newer summary, and asks for the rest of the record once the run has settled. */
  #follow(run: RunSummary): void {
    const detail = this.#detail;
    if (detail === null || run.lastSequence < detail.lastSequence) return;
    this.#detail = { ...detail, ...run };
    if (isSettled(run.state) && !isSettled(detail.state)) void this.reload();
    else this.#listen(run);
  }

  /** Events end with an attempt, so that a resumed run is listened to again from where it was. */
  #listen(run: RunSummary): void {
    const hasMore = run.lastSequence > this.#lastSequence || !isSettled(run.state);
    if (this.#isListening || this.#isClosed || !hasMore) return;
    this.#isListening = true;
    const ended = (): void => {
      this.#isListening = false;
    };
    this.#stopEvents = this.#client.subscribe(
      'runs.events',
      { runId: run.id, after: this.#lastSequence },
      {
        onData: (event) => this.#collect(event),
        onComplete: ended,
        onError: (error) => {
          ended();
          this.#error = asAppError(error);
        },
      },
    );
  }

  #collect(event: RunEvent): void {
    this.#lastSequence = event.sequence;
    this.#batch.push(event);
    if (this.#batch.length === 1) setTimeout(() => this.#apply(), batchMs);
  }

  #apply(): void {
    const events = this.#batch;
    this.#batch = [];
    if (this.#isClosed) return;
    this.#view = foldEvents(this.#view, events);
    if (events.some(({ body }) => body.type === 'artifact' || body.type === 'environment'))
      void this.reload();
  }
}
