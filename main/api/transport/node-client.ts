import { createTRPCUntypedClient, createWSClient, wsLink } from '@trpc/client';
import { WebSocket } from 'ws';
import type { HostClient } from '#contract/api';
import { frameCodec } from '#contract/codec';
import { ConnectionMonitor } from '#contract/connection';
import { createHostClient } from '#contract/host-client';

/** Where a host listens and what lets a program of the same user in. */
export interface HostAddress {
  /** For example `http://127.0.0.1:43210`. */
  readonly url: string;
  /** The host's control token. */
  readonly token: string;
}

/**
 * Connects another program on this machine to a host that listens on localhost.
 *
 * @returns the typed client; calls and subscriptions fail with `connection_lost` about two seconds
 *   after the host can no longer be reached
 */
export function connectToHost(address: HostAddress): HostClient {
  class AuthorizedSocket extends WebSocket {
    constructor(url: string) {
      super(url, { headers: { authorization: `Bearer ${address.token}` }, perMessageDeflate: false });
    }
  }
  const connection = new ConnectionMonitor();
  const socket = createWSClient({
    url: `${address.url.replace(/^http/, 'ws')}/rpc`,
    // The `ws` package has the browser's interface, but its types extend Node's and not the DOM's.
    WebSocket: AuthorizedSocket as unknown as typeof globalThis.WebSocket,
    experimental_encoder: frameCodec,
    ...connection.socketOptions,
  });
  return createHostClient({
    calls: createTRPCUntypedClient({ links: [wsLink({ client: socket })] }),
    connection,
    closeSocket: () => void socket.close(),
    subscriptionsEndWhenLost: true,
  });
}
