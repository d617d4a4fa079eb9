import type { IncomingMessage } from 'node:http';
import type { AnyRouter } from '@trpc/server';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import type { WSSHandlerOptions } from '@trpc/server/adapters/ws';
import type { WebSocket } from 'ws';
import { frameCodec } from '#contract/codec';

/** Serves the router to one socket; the request is the one that opened it. */
export type ConnectionHandler = (socket: WebSocket, request: IncomingMessage) => void;

/**
 * Makes the function that serves one router to any number of sockets, whether real WebSockets or
 * message ports dressed as such.
 */
export function createConnectionHandler(router: AnyRouter): ConnectionHandler {
  const options: Omit<WSSHandlerOptions<AnyRouter>, 'wss'> = {
    router,
    experimental_encoder: frameCodec,
  };
  // The type asks for the server that only tRPC's other function, for whole servers, makes use of.
  return getWSConnectionHandler(options as WSSHandlerOptions<AnyRouter>);
}
