import { onDestroy } from 'svelte';
import type { ConnectionState } from '../state/connection-state.svelte';

/** What a view shows of the host. */
interface Shown {
  /** Asks again. */
  reload(): Promise<void>;
  /** Where something is listened to. */
  close?(): void;
}

/**
 * Asks again whenever the connection was broken, because what changed meanwhile was not heard, and closes with the view.
 * To be called while a component is made.
 */
export function keepFresh(connection: ConnectionState, ...shown: readonly Shown[]): void {
  const stop = connection.onReopened(() => {
    for (const state of shown) void state.reload();
  });
  onDestroy(() => {
    stop();
    for (const state of shown) state.close?.();
  });
}
