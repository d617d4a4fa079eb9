import type { ApiOutput, HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import { asAppError } from './as-app-error';

/** Subscriptions to long work of the host. */
type JobPath = 'engines.installation' | 'storage.verification';

/** Long work of the host, as this page follows it; another window may have begun it. */
export class FollowedJob<P extends JobPath> {
  #state = $state.raw<ApiOutput<P> | null>(null);
  #error = $state.raw<AppError | null>(null);
  #isAsking = $state(false);
  readonly #client: HostClient;
  readonly #path: P;
  #stop: () => void = () => undefined;

  constructor(client: HostClient, path: P) {
    this.#client = client;
    this.#path = path;
    void this.reload();
  }

  /** How it stands; null until that is known. */
  get state(): ApiOutput<P> | null {
    return this.#state;
  }

  /** Why the host could not be asked, or did not begin it; an error of the work itself is in {@link state}. */
  get error(): AppError | null {
    return this.#error;
  }

  /** Whether nothing else can be begun now. */
  get isBusy(): boolean {
    return this.#isAsking || this.#state?.state === 'running';
  }

  /** Asks the host for something about the work, and follows what comes of it. */
  async ask(request: () => Promise<unknown>): Promise<void> {
    this.#error = null;
    this.#isAsking = true;
    try {
      await request();
      await this.reload();
    } catch (thrown) {
      this.#error = asAppError(thrown);
    } finally {
      this.#isAsking = false;
    }
  }

  /** Follows it from now on. */
  reload(): Promise<void> {
    this.#stop();
    this.#stop = this.#client.subscribe(this.#path, undefined as never, {
      onData: (state) => (this.#state = state),
      onError: (error) => (this.#error = asAppError(error)),
    });
    return Promise.resolve();
  }

  close(): void {
    this.#stop();
  }
}
