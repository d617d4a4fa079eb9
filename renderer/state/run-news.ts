import type { HostClient } from '#contract/api';
import { isSettled } from '#contract/records';
import { hrefOf } from './route';
import type { ToastState } from './toasts.svelte';

/**
 * Tells of runs that end while the page is open, unless they are being looked at. Of runs that finish one after the
 * other, as those of a study do, only the number is told; each that fails is told by itself.
 *
 * @returns the function that stops it
 */
export function tellRunNews(client: HostClient, toasts: ToastState): () => void {
  const underWay = new Set<string>();
  /** The remark about finished runs that was shown last, and how many it was about. */
  let shown = { id: 0, count: 0 };
  const tellFinished = (title: string, href: string): void => {
    const count = toasts.has(shown.id) ? shown.count + 1 : 1;
    toasts.dismiss(shown.id);
    const id =
      count === 1
        ? toasts.show(`Finished: ${title}`, href)
        : toasts.show(`${count} runs have finished`, hrefOf({ page: 'runs', filter: 'finished', text: '' }));
    shown = { id, count };
  };
  return client.subscribe('runs.changes', undefined, {
    onData: ({ id, state, title }) => {
      if (!isSettled(state)) {
        underWay.add(id);
        return;
      }
      const href = hrefOf({ page: 'run', runId: id });
      if (!underWay.delete(id) || window.location.hash === href) return;
      if (state === 'finished') tellFinished(title, href);
      else if (state !== 'cancelled')
        toasts.show(`${state === 'failed' ? 'Failed' : 'Interrupted'}: ${title}`, href);
    },
    // The page says by itself that the host is lost.
    onError: () => undefined,
  });
}
