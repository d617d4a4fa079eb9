import { createTRPCUntypedClient, createWSClient, wsLink } from '@trpc/client';
import type { HostClient } from '#contract/api';
import { frameCodec } from '#contract/codec';
import { ConnectionMonitor } from '#contract/connection';
import { doorwayName, portMessage, type Doorway } from '#contract/doorway';
import { createHostClient } from '#contract/host-client';
import { portWebSocket } from './port-web-socket';

/** The page's connection to its host. */
export interface HostConnection {
  readonly client: HostClient;
  readonly connection: ConnectionMonitor;
}

/**
 * Connects the page to its host: over the message port that the preload script hands out, or, in a
 * page that localhost served, over a WebSocket. Subscriptions outlive a lost connection.
 */
export async function connect(): Promise<HostConnection> {
  const doorway = findDoorway();
  if (doorway === undefined) return connectWith(WebSocket, `ws://${window.location.host}/rpc`);
  return connectWith(portWebSocket(await receivePort(doorway)), 'ws://port');
}

/** Connects with any class that has the interface of WebSocket. */
export function connectWith(socketClass: typeof WebSocket, url: string): HostConnection {
  const connection = new ConnectionMonitor();
  const socket = createWSClient({
    url,
    WebSocket: socketClass,
    experimental_encoder: frameCodec,
    ...connection.socketOptions,
  });
  const client = createHostClient({
    calls: createTRPCUntypedClient({ links: [wsLink({ client: socket })] }),
    connection,
    closeSocket: () => void socket.close(),
    subscriptionsEndWhenLost: false,
  });
  return { client, connection };
}

/** What Electron's preload script put on the window; undefined in a browser. */
export function findDoorway(): Doorway<File> | undefined {
  return (window as { [doorwayName]?: Doorway<File> })[doorwayName];
}

function receivePort(doorway: Doorway<File>): Promise<MessagePort> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent<unknown>): void => {
      const port = event.ports.at(0);
      if (event.source !== window || event.data !== portMessage || port === undefined) return;
      window.removeEventListener('message', receive);
      resolve(port);
    };
    window.addEventListener('message', receive);
    doorway.requestPort();
  });
}
