import type { HostClient } from '#contract/api';
import type { Finding } from '#contract/records';

/** Whether the disk has room for what runs write. */
export class DiskState {
  #finding = $state.raw<Finding | null>(null);
  readonly #client: HostClient;

  constructor(client: HostClient) {
    this.#client = client;
    void this.reload();
  }

  /** What is to be done about it; null while there is room. */
  get problem(): Finding | null {
    return this.#finding === null || this.#finding.status === 'ok' ? null : this.#finding;
  }

  async reload(): Promise<void> {
    // Whoever cannot reach the host is told so by the connection's notice.
    this.#finding = await this.#client.query('host.disk', undefined).catch(() => null);
  }
}
