import type { ApiInput, ApiOutput, HostClient, SubscriptionPath } from '#contract/api';

/**
 * Follows a subscription to its end.
 *
 * @param onData told each item
 * @param signal ends it early: the promise is then rejected with the signal's reason
 */
export async function follow<P extends SubscriptionPath>(
  client: HostClient,
  path: P,
  input: ApiInput<P>,
  onData: (item: ApiOutput<P>) => void,
  signal: AbortSignal,
): Promise<void> {
  let unsubscribe: () => void = () => undefined;
  let onAbort: () => void = () => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      onAbort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', onAbort);
      signal.throwIfAborted();
      unsubscribe = client.subscribe(path, input, { onData, onError: reject, onComplete: resolve });
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
    unsubscribe();
  }
}
