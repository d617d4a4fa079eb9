import { existsSync } from 'node:fs';
import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { AnyRouter } from '@trpc/server';
import { WebSocketServer } from 'ws';
import { artifactIdOf, type ArtifactOpener } from '#api/transport/artifact-download';
import { createConnectionHandler } from '#api/transport/connection-handler';
import { readPageFile } from '#api/transport/page-files';
import { securityHeaders } from '#api/transport/page-security';
import { AppError } from '#contract/errors';
import { refusalOf, urlOf } from './guard';
import { lockedPage } from './pages';
import { sendArtifact } from './send-artifact';
import { sendText } from './send-text';
import { Session } from './session';

/** One answered request, for a log. Paths come without their query, which may hold a token. */
export interface RequestLogEntry {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** What the server serves. */
export interface LocalhostOptions {
  readonly router: AnyRouter;
  /** Folder of the built page; null serves programs only. */
  readonly pageDirectory: string | null;
  readonly openArtifact: ArtifactOpener;
  readonly onRequestLog?: (entry: RequestLogEntry) => void;
}

/** A running server. */
export interface Localhost {
  /** For example `http://127.0.0.1:43210`. */
  readonly url: string;
  readonly port: number;
  /** Opens the page once, in one browser. */
  readonly pageUrl: string;
  /** Makes another {@link Localhost.pageUrl}. */
  newPageUrl(): string;
  /** Lets a program of the same user in, as `Authorization: Bearer …`. */
  readonly controlToken: string;
  /** Programs and pages that are connected now. */
  clientCount(): number;
  /** Ends every connection and the server. */
  close(): Promise<void>;
}

/** A file's worth of float32 responses fits in one message; a runaway message does not. */
const maxMessageBytes = 256 * 1024 * 1024;
const address = '127.0.0.1';

/**
 * Serves the page, the router and the artifacts on a free port of the loopback interface.
 *
 * @throws {AppError} `not_built` if the page directory holds no page
 */
export async function startLocalhost(options: LocalhostOptions): Promise<Localhost> {
  const { pageDirectory } = options;
  if (pageDirectory !== null) assertBuilt(pageDirectory);
  const server = createServer();
  const port = await listen(server);
  const session = new Session(port);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
  });
  const serveSocket = createConnectionHandler(options.router);

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const url = urlOf(request);
    const refusal = refusalOf(request, port);
    const { method = '' } = request;
    response.on('close', () =>
      options.onRequestLog?.({ method, path: url?.pathname ?? '', status: response.statusCode }),
    );
    if (refusal !== null) {
      if (refusal.status === 405) response.setHeader('Allow', 'GET, HEAD');
      sendText(response, refusal.status, refusal.reason);
    } else if (url === null) {
      sendText(response, 400, 'the request names no path');
    } else if (url.pathname === '/enter') {
      enter(session, url, request, response);
    } else if (url.pathname === '/link' && pageDirectory !== null && session.admitsProgram(request)) {
      sendText(response, 200, newPageUrl());
    } else if (!session.admits(request)) {
      sendText(response, 403, lockedPage, 'text/html');
    } else {
      const artifactId = artifactIdOf(url.pathname);
      if (artifactId !== null) void sendArtifact(options.openArtifact, artifactId, request, response);
      else void sendPageFile(pageDirectory, url.pathname, response);
    }
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const refused = refusalOf(request, port) !== null || !session.admits(request);
    const status = refused ? 403 : urlOf(request)?.pathname === '/rpc' ? 101 : 404;
    if (status !== 101) {
      socket.on('error', () => socket.destroy());
      socket.end(refusalHead(status), () => socket.destroy());
      options.onRequestLog?.({ method: 'UPGRADE', path: urlOf(request)?.pathname ?? '', status });
      return;
    }
    sockets.handleUpgrade(request, socket, head, serveSocket);
  };

  server.on('request', answer);
  server.on('upgrade', upgrade);
  const url = `http://${address}:${port}`;
  const newPageUrl = () => `${url}/enter?token=${session.issueEntryToken()}`;

  return {
    url,
    port,
    pageUrl: newPageUrl(),
    newPageUrl,
    controlToken: session.controlToken,
    clientCount: () => sockets.clients.size,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function refusalHead(status: number): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
}

/** Exchanges the one-time token for the cookie, and takes the token out of the address bar. */
function enter(session: Session, url: URL, request: IncomingMessage, response: ServerResponse): void {
  const token = url.searchParams.get('token') ?? '';
  // A browser that is in already may follow its old link again; HEAD must not use a token up.
  const isIn = session.admits(request) || (request.method === 'GET' && session.redeemEntryToken(token));
  if (!isIn) {
    sendText(response, 403, lockedPage, 'text/html');
    return;
  }
  response.writeHead(303, { Location: '/', 'Set-Cookie': session.setCookie, 'Cache-Control': 'no-store' });
  response.end();
}

function assertBuilt(directory: string): void {
  if (existsSync(join(directory, 'index.html'))) return;
  throw new AppError('not_built', `there is no built page in ${directory}`, { directory });
}

async function sendPageFile(
  directory: string | null,
  pathname: string,
  response: ServerResponse,
): Promise<void> {
  const file = directory === null ? null : await readPageFile(directory, pathname);
  if (file === null) {
    sendText(response, 404, 'there is nothing here');
    return;
  }
  response.writeHead(200, { ...file.headers, 'Content-Length': String(file.body.length) });
  response.end(response.req.method === 'HEAD' ? undefined : file.body);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
