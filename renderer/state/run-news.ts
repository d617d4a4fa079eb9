import type { HostClient } from '#contract/api';
import { isSettled, type RunState } from '#contract/records';
import { hrefOf } from './route';
import type { ToastState } from './toasts.svelte';

const words: Partial<Record<RunState, string>> = {
  finished: 'Finished',
  failed: 'Failed',
  interrupted: 'Interrupted',
};

/**
 * Tells of runs that end while the page is open, unless they are being looked at.
 *
 * @returns the function that stops it
 */
export function tellRunNews(client: HostClient, toasts: ToastState): () => void {
  const underWay = new Set<string>();
  return client.subscribe('runs.changes', undefined, {
    onData: ({ id, state, title }) => {
      if (!isSettled(state)) {
        underWay.add(id);
        return;
      }
      const href = hrefOf({ page: 'run', runId: id });
      const word = words[state];
      if (underWay.delete(id) && word !== undefined && window.location.hash !== href)
        toasts.show(`${word}: ${title}`, href);
    },
    // The page says by itself that the host is lost.
    onError: () => undefined,
  });
}
