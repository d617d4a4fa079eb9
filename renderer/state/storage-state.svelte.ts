import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import type { CleaningPlan, CleaningResult, LeftoverGroup, StorageReport } from '#contract/storage';
import { asAppError } from './as-app-error';
import { FollowedJob } from './followed-job.svelte';

/** What the host is asked for, besides the verification. */
type StorageWork = 'measuring' | 'looking' | 'removing' | 'running again';

/** What the data directory takes, whether it is whole, and what of it can go. */
export class StorageState {
  readonly verification: FollowedJob<'storage.verification'>;
  #report = $state.raw<StorageReport | null>(null);
  #plan = $state.raw<CleaningPlan | null>(null);
  #result = $state.raw<CleaningResult | null>(null);
  #failure = $state.raw<{ readonly during: StorageWork; readonly error: AppError } | null>(null);
  #busyWith = $state<StorageWork | null>(null);
  readonly #client: HostClient;

  constructor(client: HostClient) {
    this.#client = client;
    this.verification = new FollowedJob(client, 'storage.verification');
    void this.reload();
  }

  /** Sizes; null until they are known. */
  get report(): StorageReport | null {
    return this.#report;
  }

  /** What can be removed; null until that was looked for, and after it was removed. */
  get plan(): CleaningPlan | null {
    return this.#plan;
  }

  /** What the last cleaning has removed. */
  get result(): CleaningResult | null {
    return this.#result;
  }

  /** What went wrong at last, if it was in one of these works. */
  errorDuring(...works: readonly StorageWork[]): AppError | null {
    return this.#failure !== null && works.includes(this.#failure.during) ? this.#failure.error : null;
  }

  get busyWith(): StorageWork | null {
    return this.#busyWith;
  }

  /** Measures again. */
  reload(): Promise<void> {
    return this.#work('measuring', async () => {
      this.#report = await this.#client.query('storage.measure', undefined);
    });
  }

  /** Looks for what can be removed. */
  look(): Promise<void> {
    this.#result = null;
    return this.#work('looking', async () => {
      this.#plan = await this.#client.query('storage.planCleaning', undefined);
    });
  }

  /** Removes groups of the plan that is shown. */
  async remove(groups: readonly LeftoverGroup[]): Promise<void> {
    const plan = this.#plan;
    if (plan === null || groups.length === 0) return;
    await this.#work('removing', async () => {
      this.#plan = null;
      this.#result = await this.#client.mutate('storage.clean', { plan: plan.id, groups: [...groups] });
    });
    // What went wrong stays to be read.
    if (this.#failure === null) await this.reload();
  }

  verify(): Promise<void> {
    return this.verification.ask(() => this.#client.mutate('storage.verify', undefined));
  }

  stopVerify(): Promise<void> {
    return this.verification.ask(() => this.#client.mutate('storage.stopVerify', undefined));
  }

  /**
   * Executes the run again that made a damaged artifact: equal bytes take its place.
   *
   * @param runId the run
   * @returns the run to look at; null if it could not be begun
   */
  async runAgain(runId: string): Promise<string | null> {
    let shown: string | null = null;
    await this.#work('running again', async () => {
      const { spec } = await this.#client.query('runs.get', { runId });
      // The page of a run that cannot be executed any more says so.
      shown = spec === null ? runId : (await this.#client.mutate('runs.submit', { spec, reuse: false })).id;
    });
    return shown;
  }

  close(): void {
    this.verification.close();
  }

  async #work(what: StorageWork, work: () => Promise<void>): Promise<void> {
    this.#busyWith = what;
    this.#failure = null;
    try {
      await work();
    } catch (thrown) {
      this.#failure = { during: what, error: asAppError(thrown) };
    } finally {
      this.#busyWith = null;
    }
  }
}
