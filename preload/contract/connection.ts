/** `lost` after several attempts in a row have failed; attempts go on. */
export type ConnectionStatus = 'connecting' | 'open' | 'lost';

/** The first is not 0, so that a host that accepts and hangs up is not asked in a tight loop. */
const retryDelaysMs: readonly (number | undefined)[] = [50, 200, 500, 1000];
const slowestRetryMs = 3000;

/**
 * Knows whether the host can be reached. Its `socketOptions` go into tRPC's WebSocket client, which
 * opens and reopens the socket; this class decides how fast, and when to call the host lost.
 */
export class ConnectionMonitor {
  readonly socketOptions = {
    onOpen: () => this.#become('open'),
    onClose: () => {
      if (this.#status === 'open') this.#become('connecting');
    },
    /** tRPC counts the attempts that failed in a row, from 0. */
    retryDelayMs: (attempt: number): number => {
      const delayMs = retryDelaysMs[attempt];
      if (delayMs === undefined) this.#become('lost');
      return delayMs ?? slowestRetryMs;
    },
  };

  #status: ConnectionStatus = 'connecting';
  readonly #listeners = new Set<(status: ConnectionStatus) => void>();

  /** How things stand now. */
  get status(): ConnectionStatus {
    return this.#status;
  }

  /**
   * Hears every change from now on.
   *
   * @param listener receives the new status
   * @returns the function that ends it
   */
  onChange(listener: (status: ConnectionStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #become(status: ConnectionStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    for (const listener of [...this.#listeners]) listener(status);
  }
}
