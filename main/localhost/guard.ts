import type { IncomingMessage } from 'node:http';

/** Why a request is turned away. */
export interface Refusal {
  readonly status: 400 | 403 | 405;
  readonly reason: string;
}

/**
 * What every request and every upgrade must satisfy before anyone asks who it is: a Host header
 * that names this server (against DNS rebinding), no foreign Origin, and a method that only reads.
 *
 * @returns the refusal, or null if the request may go on
 */
export function refusalOf(request: IncomingMessage, port: number): Refusal | null {
  const { host, origin } = request.headers;
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return { status: 403, reason: 'the Host header does not name this server' };
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, reason: 'the request comes from another origin' };
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, reason: 'only GET and HEAD are served' };
  }
  return null;
}

/** Path of a request without its query, which may hold a token; null if it is not a path. */
export function urlOf(request: IncomingMessage): URL | null {
  const target = request.url ?? '';
  return target.startsWith('/') ? URL.parse(`http://localhost${target}`) : null;
}
