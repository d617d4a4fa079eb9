import type { ApiInput, ApiOutput, HostApi, HostClient, SubscriptionPath } from './api';
import type { ConnectionMonitor } from './connection';
import { AppError, fromPlainError, plainErrorSchema } from './errors';

/** The calls of tRPC's untyped client that a {@link HostClient} is made of. */
interface UntypedCalls {
  query(path: string, input: unknown, options: CallOptions): Promise<unknown>;
  mutation(path: string, input: unknown, options: CallOptions): Promise<unknown>;
  subscription(
    path: string,
    input: unknown,
    handlers: { onData: (item: unknown) => void; onError: (error: unknown) => void; onComplete: () => void },
  ): { unsubscribe(): void };
}

interface CallOptions {
  readonly signal: AbortSignal;
}

// The DOM and Node both have these; the contract is compiled without the types of any host.
declare global {
  interface AbortSignal {
    readonly aborted: boolean;
  }
}
declare const AbortController: new () => { readonly signal: AbortSignal; abort(): void };

/** What a typed client is made of. */
export interface HostClientParts {
  readonly calls: UntypedCalls;
  readonly connection: ConnectionMonitor;
  /** Closes the socket for good. */
  readonly closeSocket: () => void;
  /** Whether subscriptions fail once the host is lost, or wait for it to come back. */
  readonly subscriptionsEndWhenLost: boolean;
}

const queryAttempts = 3;

/**
 * Makes the typed client. Everything that fails, fails with an `AppError`: the host's own error,
 * rebuilt, or `connection_lost`. A query whose connection broke is asked again once the connection
 * is back; a mutation is not, since the host may have done it. Subscriptions resume after a break,
 * and those that number their items continue after the last one seen.
 *
 * @param parts the untyped calls, and what is known about the connection
 * @returns the client
 */
export function createHostClient(parts: HostClientParts): HostClient {
  const { calls, connection } = parts;
  const closing = new Set<() => void>();
  let isClosed = false;

  async function call<T>(ask: (options: CallOptions) => Promise<T>): Promise<T> {
    if (isClosed || connection.status === 'lost') throw connectionLost();
    const controller = new AbortController();
    let forget = (): void => undefined;
    const interrupted = new Promise<never>((_, reject) => {
      const interrupt = (): void => {
        // Aborting also takes the call out of the queue, so that it is not sent later after all.
        reject(connectionLost());
        controller.abort();
      };
      const stopListening = connection.onChange((status) => {
        if (status === 'lost') interrupt();
      });
      closing.add(interrupt);
      forget = () => {
        stopListening();
        closing.delete(interrupt);
      };
    });
    try {
      return await Promise.race([ask(controller), interrupted]);
    } catch (error) {
      throw toAppError(error);
    } finally {
      forget();
    }
  }

  return {
    async query(path, input) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return (await call((options) => calls.query(path, input, options))) as ApiOutput<typeof path>;
        } catch (error) {
          const broken = error instanceof AppError && error.code === 'connection_lost';
          if (!broken || isClosed || connection.status === 'lost' || attempt === queryAttempts) throw error;
        }
      }
    },

    async mutate(path, input) {
      return (await call((options) => calls.mutation(path, input, options))) as ApiOutput<typeof path>;
    },

    subscribe(path, input, handlers) {
      let active = true;
      const finish = (): void => {
        active = false;
        stopListening();
        closing.delete(stop);
      };
      const stop = (): void => {
        if (!active) return;
        finish();
        subscription.unsubscribe();
      };
      const stopListening = connection.onChange((status) => {
        if (status !== 'lost' || !parts.subscriptionsEndWhenLost) return;
        stop();
        handlers.onError(connectionLost());
      });
      const live = resumable(path, input);
      closing.add(stop);
      const subscription = calls.subscription(path, live.input, {
        onData: (item) => {
          if (!active) return;
          live.seen(item as ApiOutput<SubscriptionPath>);
          handlers.onData(item as ApiOutput<typeof path>);
        },
        onError: (error) => {
          if (!active) return;
          finish();
          handlers.onError(toAppError(error));
        },
        onComplete: () => {
          if (!active) return;
          finish();
          handlers.onComplete?.();
        },
      });
      return stop;
    },

    close() {
      isClosed = true;
      for (const end of [...closing]) end();
      parts.closeSocket();
    },
  };
}

/**
 * After a break tRPC sends the same input object again. So the input is a copy of ours, in which
 * `after` is kept at the last item seen.
 */
function resumable<P extends SubscriptionPath>(
  path: P,
  input: ApiInput<P>,
): { input: unknown; seen: (item: ApiOutput<SubscriptionPath>) => void } {
  if (path !== ('runs.events' satisfies keyof HostApi)) return { input, seen: () => undefined };
  const live = { ...(input as ApiInput<'runs.events'>) };
  return {
    input: live,
    seen: (item) => {
      if ('sequence' in item) live.after = item.sequence;
    },
  };
}

function connectionLost(): AppError {
  return new AppError('connection_lost', 'the connection to the host is lost');
}

/** tRPC's errors carry `data` when the host answered, and none when the connection failed. */
function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const error = thrown as Error & { data?: { plain?: unknown } | null };
  if (error.cause instanceof AppError) return error.cause;
  if (!error.data) return connectionLost();
  const plain = plainErrorSchema.safeParse(error.data.plain);
  return plain.success ? fromPlainError(plain.data) : new AppError('internal', error.message);
}
