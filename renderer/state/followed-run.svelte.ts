import type { HostClient } from '#contract/api';
import { AppError } from '#contract/errors';
import { isSettled, type RunDetail, type RunSummary } from '#contract/records';
import type { RunSpec } from '#contract/specs/index';
import { asAppError } from './as-app-error';

/** A run that a view needs the result of: submitted unless an equal one has finished, and followed to its end. */
export class FollowedRun {
  #run = $state.raw<RunSummary | null>(null);
  #error = $state.raw<AppError | null>(null);
  readonly #client: HostClient;
  #stop: () => void = () => undefined;

  constructor(client: HostClient) {
    this.#client = client;
  }

  /** The run as it stands; null before it was submitted. */
  get run(): RunSummary | null {
    return this.#run;
  }

  get error(): AppError | null {
    return this.#error;
  }

  readonly isBusy = $derived(this.#run !== null && !isSettled(this.#run.state));

  /**
   * Submits a run and waits for it.
   *
   * @returns the finished run; null if it did not finish, and {@link error} says why, or if another was started meanwhile
   */
  async start(spec: RunSpec): Promise<RunDetail | null> {
    this.#stop();
    this.#error = null;
    try {
      const settled = await this.#follow(await this.#client.mutate('runs.submit', { spec, reuse: true }));
      if (settled === null) return null;
      if (settled.state === 'finished') return await this.#client.query('runs.get', { runId: settled.id });
      throw settled.error === null
        ? new AppError('wrong_state', `The run ${settled.id} was ${settled.state}.`)
        : new AppError(settled.error.code, settled.error.message, settled.error.data);
    } catch (error) {
      this.#error = asAppError(error);
      return null;
    }
  }

  close(): void {
    this.#stop();
  }

  #follow(submitted: RunSummary): Promise<RunSummary | null> {
    this.#run = submitted;
    if (isSettled(submitted.state)) return Promise.resolve(submitted);
    return new Promise((resolve, reject) => {
      const take = (run: RunSummary) => {
        if (run.id !== submitted.id) return;
        this.#run = run;
        if (isSettled(run.state)) finish(run);
      };
      const unsubscribe = this.#client.subscribe('runs.changes', undefined, {
        onData: take,
        onError: reject,
      });
      const finish = (run: RunSummary | null) => {
        unsubscribe();
        resolve(run);
      };
      this.#stop = () => finish(null);
      // It may have settled before anybody listened.
      this.#client.query('runs.get', { runId: submitted.id }).then(take, reject);
    });
  }
}
