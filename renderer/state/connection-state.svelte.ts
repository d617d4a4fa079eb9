import type { ConnectionMonitor, ConnectionStatus } from '#contract/connection';

/** Whether the page can reach its host. */
export class ConnectionState {
  #status = $state<ConnectionStatus>('connecting');
  readonly #monitor: ConnectionMonitor;
  readonly #stop: () => void;

  constructor(monitor: ConnectionMonitor) {
    this.#monitor = monitor;
    this.#status = monitor.status;
    this.#stop = monitor.onChange((status) => {
      this.#status = status;
    });
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /**
   * Calls back each time the connection is there again after a break: subscriptions have resumed,
   * but what changed meanwhile was not heard.
   *
   * @returns the function that ends it
   */
  onReopened(listener: () => void): () => void {
    return this.#monitor.onChange((status) => {
      if (status === 'open') listener();
    });
  }

  close(): void {
    this.#stop();
  }
}
