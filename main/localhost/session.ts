import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * The secrets of one start of the server: who may come in. A page enters with a one-time token and
 * gets a cookie; a program of the same user shows the control token with every request.
 */
export class Session {
  readonly controlToken = newSecret();
  readonly #cookieSecret = newSecret();
  readonly #cookieName: string;
  readonly #entryTokens = new Set<string>();

  /** Cookies do not tell ports apart, so the name of the cookie does. */
  constructor(port: number) {
    this.#cookieName = `tangent-${port}`;
  }

  /** Makes a token that lets one page in, once. */
  issueEntryToken(): string {
    const token = newSecret();
    this.#entryTokens.add(token);
    return token;
  }

  /** Uses up an entry token; false if it is not one, or not one any more. */
  redeemEntryToken(token: string): boolean {
    for (const issued of this.#entryTokens) {
      if (isSameSecret(issued, token)) return this.#entryTokens.delete(issued);
    }
    return false;
  }

  /** Value of the `Set-Cookie` header that keeps a page in until the server ends. */
  get setCookie(): string {
    return `${this.#cookieName}=${this.#cookieSecret}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** Whether a request shows the control token. */
  admitsProgram(request: IncomingMessage): boolean {
    return isSameSecret(this.controlToken, bearerOf(request) ?? '');
  }

  /** Whether a request shows the cookie or the control token. */
  admits(request: IncomingMessage): boolean {
    if (bearerOf(request) !== undefined) return this.admitsProgram(request);
    return (request.headers.cookie ?? '')
      .split(';')
      .map((pair) => pair.trim().split('='))
      .some(([name, value = '']) => name === this.#cookieName && isSameSecret(this.#cookieSecret, value));
  }
}

function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares digests, in a time that tells nothing about either secret. */
function isSameSecret(expected: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}
