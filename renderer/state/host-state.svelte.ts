import type { HostClient } from '#contract/api';
import type { HostDescription } from '#contract/records';

/** What the host says about itself; null while it cannot be asked. */
export class HostState {
  #description = $state.raw<HostDescription | null>(null);
  readonly #client: HostClient;

  constructor(client: HostClient) {
    this.#client = client;
    void this.reload();
  }

  get description(): HostDescription | null {
    return this.#description;
  }

  async reload(): Promise<void> {
    // Whoever cannot reach the host is told so by the connection's notice.
    this.#description = await this.#client.query('host.describe', undefined).catch(() => null);
  }
}
