import { EventEmitter } from 'node:events';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { ConnectionHandler } from './connection-handler';

/** One end of a message channel: what Electron's and Node's ports have in common. */
export interface HostPort {
  postMessage(message: string | Uint8Array): void;
  close(): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
}

const open = 1;
const closed = 3;

/** A message port dressed as the `ws` socket that tRPC's handler expects; only what it uses. */
class PortSocket extends EventEmitter {
  readyState: typeof open | typeof closed = open;
  readonly #port: HostPort;

  constructor(port: HostPort) {
    super();
    this.#port = port;
    port.onMessage((message) => this.#receive(message));
    port.onClose(() => this.#end());
  }

  send(message: string | Uint8Array): void {
    this.#port.postMessage(message);
  }

  close(): void {
    this.#port.close();
    this.#end();
  }

  terminate(): void {
    this.close();
  }

  #receive(message: unknown): void {
    // tRPC takes nothing but Buffers from a socket, text frames included.
    if (typeof message === 'string') this.emit('message', Buffer.from(message), false);
    else if (message instanceof Uint8Array) {
      this.emit('message', Buffer.from(message.buffer, message.byteOffset, message.byteLength), true);
    } else this.emit('error', new TypeError('a port carried something that is not a frame'));
  }

  #end(): void {
    if (this.readyState === closed) return;
    this.readyState = closed;
    this.emit('close');
  }
}

/**
 * Serves the router over a message port until either side closes it.
 *
 * @returns the function that closes the port from this side
 */
export function servePort(port: HostPort, handler: ConnectionHandler): () => void {
  const socket = new PortSocket(port);
  const request = Object.assign(new IncomingMessage(new Socket()), { url: '/' });
  handler(socket as unknown as WebSocket, request);
  return () => socket.close();
}
