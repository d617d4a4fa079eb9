import type { HostClient } from '#contract/api';
import type { AppError } from '#contract/errors';
import type { StudyRecord } from '#contract/records';
import type { StoredReport } from '#contract/report';
import { asAppError } from './as-app-error';

/** The saved reports, and the studies that new ones can be made of. */
export class ReportListState {
  #reports = $state.raw<readonly StoredReport[]>([]);
  #studies = $state.raw<readonly StudyRecord[]>([]);
  #removed = $state.raw<StoredReport | null>(null);
  #error = $state.raw<AppError | null>(null);
  #isLoaded = $state(false);
  readonly #client: HostClient;

  constructor(client: HostClient) {
    this.#client = client;
    void this.reload();
  }

  get reports(): readonly StoredReport[] {
    return this.#reports;
  }

  get studies(): readonly StudyRecord[] {
    return this.#studies;
  }

  /** The report that was removed last, which can be brought back; null for none. */
  get removed(): StoredReport | null {
    return this.#removed;
  }

  get error(): AppError | null {
    return this.#error;
  }

  /** False until the host has answered for the first time. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  async reload(): Promise<void> {
    await this.#try(async () => {
      const client = this.#client;
      [this.#reports, this.#studies] = await Promise.all([
        client.query('reports.list', undefined),
        client.query('studies.list', undefined),
      ]);
      this.#isLoaded = true;
    });
  }

  async remove(report: StoredReport): Promise<void> {
    await this.#try(async () => {
      await this.#client.mutate('reports.remove', { reportId: report.id });
      this.#removed = report;
      this.#reports = this.#reports.filter(({ id }) => id !== report.id);
    });
  }

  /** Saves what was removed last again; it has another id then. */
  async restore(): Promise<void> {
    const removed = this.#removed;
    if (removed === null) return;
    await this.#try(async () => {
      await this.#client.mutate('reports.save', { reportId: null, document: removed.document });
      this.#removed = null;
      this.#reports = await this.#client.query('reports.list', undefined);
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
