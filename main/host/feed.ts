/** Tells every subscriber about each item, in this process. */
export class Feed<T> {
  readonly #listeners = new Set<(item: T) => void>();

  publish(item: T): void {
    for (const listener of [...this.#listeners]) listener(item);
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: (item: T) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Yields whenever at least one item was published that `wanted` accepts, with all of them since
   * the last time. Subscribes at the first `next()` and ends when `signal` aborts.
   */
  async *batches(wanted: (item: T) => boolean, signal: AbortSignal): AsyncGenerator<readonly T[]> {
    let pending: T[] = [];
    let wake: () => void = () => undefined;
    const unsubscribe = this.subscribe((item) => {
      if (!wanted(item)) return;
      pending.push(item);
      wake();
    });
    const onAbort = () => wake();
    signal.addEventListener('abort', onAbort);
    try {
      yield [];
      while (!signal.aborted) {
        if (pending.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const batch = pending;
        pending = [];
        yield batch;
      }
    } finally {
      unsubscribe();
      signal.removeEventListener('abort', onAbort);
    }
  }
}
