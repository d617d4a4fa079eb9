import type { HostClient } from '#contract/api';
import type { EngineChoice, EngineReport, EngineVariant } from '#contract/engines';
import type { AppError } from '#contract/errors';
import { asAppError } from './as-app-error';
import { FollowedJob } from './followed-job.svelte';

/** The engines of the data directory: which there are, which one is chosen, and the installation of another. */
export class EnginesState {
  readonly installation: FollowedJob<'engines.installation'>;
  #report = $state.raw<EngineReport | null>(null);
  #error = $state.raw<AppError | null>(null);
  #isLooking = $state(false);
  readonly #client: HostClient;

  constructor(client: HostClient) {
    this.#client = client;
    this.installation = new FollowedJob(client, 'engines.installation');
    void this.reload();
  }

  /** What was found; null until the first look is over. */
  get report(): EngineReport | null {
    return this.#report;
  }

  get error(): AppError | null {
    return this.#error;
  }

  /** Whether engines are being started for a try. */
  get isLooking(): boolean {
    return this.#isLooking;
  }

  /** Starts the engines again and says what is found. */
  async reload(): Promise<void> {
    this.#isLooking = true;
    try {
      this.#report = await this.#client.query('engines.list', undefined);
      this.#error = null;
    } catch (thrown) {
      this.#error = asAppError(thrown);
    } finally {
      this.#isLooking = false;
    }
  }

  /** Says what `auto` means, and looks what comes of it. */
  async choose(choice: EngineChoice): Promise<void> {
    try {
      await this.#client.mutate('engines.choose', { choice });
    } catch (thrown) {
      this.#error = asAppError(thrown);
      return;
    }
    if (this.#report !== null) this.#report = { ...this.#report, choice };
    await this.reload();
  }

  /**
   * Begins an installation.
   *
   * @param variant for which processor
   * @param path of a wheel, or of a folder of wheels; empty fetches
   */
  install(variant: EngineVariant, path: string): Promise<void> {
    const from = path.trim() === '' ? null : path.trim();
    return this.installation.ask(() => this.#client.mutate('engines.install', { variant, from }));
  }

  stopInstall(): Promise<void> {
    return this.installation.ask(() => this.#client.mutate('engines.stopInstall', undefined));
  }

  close(): void {
    this.installation.close();
  }
}
