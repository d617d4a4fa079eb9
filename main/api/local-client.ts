import { hostApi, type HostApi, type HostClient } from '#contract/api';
import { AppError } from '#contract/errors';
import { describeIssues } from '#contract/specs/index';
import type { Handlers } from './handlers';

/**
 * Makes a client that calls the handlers in this process: the command line uses the host it has
 * opened itself in the same way as one that another process owns.
 *
 * @param handlers the procedures, bound to a host
 */
export function createLocalClient(handlers: Handlers): HostClient {
  const aborts = new Set<AbortController>();
  const call = (path: keyof HostApi, input: unknown, signal?: AbortSignal): unknown => {
    const parsed = hostApi[path].input.safeParse(input);
    if (!parsed.success) {
      throw new AppError('invalid_input', `The request is not valid: ${describeIssues(parsed.error)}`);
    }
    // The table's types tie each handler to its own input; over all paths at once it is unknown.
    const handle = handlers[path] as (input: unknown, signal?: AbortSignal) => unknown;
    return handle(parsed.data, signal);
  };
  return {
    query: async (path, input) => (await call(path, input)) as never,
    mutate: async (path, input) => (await call(path, input)) as never,
    subscribe: (path, input, listeners) => {
      const abort = new AbortController();
      aborts.add(abort);
      const deliver = async () => {
        for await (const item of call(path, input, abort.signal) as AsyncIterable<never>) {
          if (abort.signal.aborted) return;
          listeners.onData(item);
        }
        if (!abort.signal.aborted) listeners.onComplete?.();
      };
      deliver()
        .catch((error: unknown) => {
          if (!abort.signal.aborted) listeners.onError(error as Error);
        })
        .finally(() => aborts.delete(abort));
      return () => {
        abort.abort();
        aborts.delete(abort);
      };
    },
    close: () => {
      for (const abort of aborts) abort.abort();
    },
  };
}
