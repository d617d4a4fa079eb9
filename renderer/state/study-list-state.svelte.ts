import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import type { StudyRecord, StudyTemplateSummary } from '#contract/records';
import { asAppError } from './as-app-error';

/** Runs change many times a second; the studies they belong to are asked for at most this often. */
const reloadMs = 500;

/** The studies there are, and the templates that could be started. */
export class StudyListState {
  #studies = $state.raw<readonly StudyRecord[]>([]);
  #templates = $state.raw<readonly StudyTemplateSummary[]>([]);
  #error = $state.raw<AppError | null>(null);
  #isLoaded = $state(false);
  #isStarting = $state(false);

  readonly #client: HostClient;
  readonly #stop: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: HostClient) {
    this.#client = client;
    this.#stop = client.subscribe('runs.changes', undefined, {
      onData: () => {
        this.#timer ??= setTimeout(() => void this.reload(), reloadMs);
      },
      onError: (error) => (this.#error = asAppError(error)),
    });
    void this.reload();
  }

  get studies(): readonly StudyRecord[] {
    return this.#studies;
  }

  get templates(): readonly StudyTemplateSummary[] {
    return this.#templates;
  }

  /** False until the host has answered for the first time. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get error(): AppError | null {
    return this.#error;
  }

  /** Whether a template is being started. */
  get isStarting(): boolean {
    return this.#isStarting;
  }

  /** Asks for both lists; to be called again after the connection was broken. */
  async reload(): Promise<void> {
    this.#timer = undefined;
    try {
      const client = this.#client;
      [this.#studies, this.#templates] = await Promise.all([
        client.query('studies.list', undefined),
        client.query('studies.templates', undefined),
      ]);
      this.#isLoaded = true;
      this.#error = null;
    } catch (error) {
      this.#error = asAppError(error);
    }
  }

  /**
   * Starts a template, or continues its study.
   *
   * @returns the study's id, or null if it could not be started; {@link error} says why
   */
  async start(template: string): Promise<string | null> {
    this.#isStarting = true;
    try {
      const study = await this.#client.mutate('studies.run', { template });
      void this.reload();
      return study.id;
    } catch (error) {
      this.#error = asAppError(error);
      return null;
    } finally {
      this.#isStarting = false;
    }
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#timer);
  }
}
