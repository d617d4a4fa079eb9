import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#contract/errors';
import { startLocalhost, type Localhost, type RequestLogEntry } from '#localhost/server';
import { createTransportRouter } from '#test/support/transport-router';
import { ask, askUpgrade, enter } from './client';

const known = 'a'.repeat(64);
const broken = 'b'.repeat(64);
const damaged = 'd'.repeat(64);
const root = mkdtempSync(join(tmpdir(), 'tangent-localhost-'));
const log: RequestLogEntry[] = [];
let server: Localhost;
let cookie: string;

beforeAll(async () => {
  const page = join(root, 'page');
  mkdirSync(join(page, 'assets'), { recursive: true });
  writeFileSync(join(page, 'index.html'), '<title>page</title>');
  writeFileSync(join(page, 'assets', 'app-1234.js'), 'start()');
  writeFileSync(join(root, 'secret.txt'), 'secret');
  server = await startLocalhost({
    router: createTransportRouter(),
    pageDirectory: page,
    openArtifact: (id) => {
      if (id === known) {
        const stream = Readable.from([Buffer.from('{"a":1}')]);
        return Promise.resolve({ stream, sizeBytes: 7, kind: 'addition', label: 'Addition “α” / 3 tasks' });
      }
      if (id === broken) {
        const stream = new Readable({
          read() {
            this.destroy(new Error('disk error'));
          },
        });
        return Promise.resolve({ stream, sizeBytes: 7, kind: 'model', label: 'model' });
      }
      if (id === damaged) return Promise.reject(new AppError('artifact_damaged', 'the file is gone'));
      return Promise.resolve(null);
    },
    onRequestLog: (entry) => log.push(entry),
  });
  cookie = await enter(server.pageUrl);
});

afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  ask(server.port, path, { cookie, ...headers }, method);

describe('the localhost server', () => {
  it('listens on the loopback interface alone', () => {
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  });

  it('exchanges the page link for a cookie and leaves the token out of the address', async () => {
    const { pathname, search } = new URL(server.newPageUrl());
    const answer = await ask(server.port, pathname + search);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/');
    expect(answer.headers['set-cookie']![0]).toMatch(
      /^tangent-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
    );
  });

  it('takes each link once, does not let HEAD use it up, and refuses a wrong one', async () => {
    const { pathname, search } = new URL(server.newPageUrl());
    const link = pathname + search;
    expect((await ask(server.port, link, {}, 'HEAD')).status).toBe(403);
    expect((await ask(server.port, link)).status).toBe(303);
    expect((await ask(server.port, link)).status).toBe(403);
    expect((await ask(server.port, '/enter?token=guess')).status).toBe(403);
    expect((await ask(server.port, '/enter')).status).toBe(403);
  });

  it('lets the browser that is in follow its old link again', async () => {
    const { pathname, search } = new URL(server.pageUrl);
    expect((await get(pathname + search)).status).toBe(303);
  });

  it('serves the page with a strict policy and without caching', async () => {
    const { status, headers, body } = await get('/');
    expect(status).toBe(200);
    expect(body).toContain('<title>page</title>');
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('lets files be kept whose names change with their content', async () => {
    expect((await get('/assets/app-1234.js')).headers['cache-control']).toContain('immutable');
  });

  it('also answers to the name localhost', async () => {
    expect((await get('/', { host: `localhost:${server.port}` })).status).toBe(200);
  });

  it('tells a visitor without the cookie how to open the workbench', async () => {
    for (const visitor of ['', 'tangent-1=x', `tangent-${server.port}=wrong`, `tangent-${server.port}`]) {
      const answer = await ask(server.port, '/', visitor === '' ? {} : { cookie: visitor });
      expect(answer.status).toBe(403);
      expect(answer.body).toContain('npm start');
    }
  });

  it('admits a program with the control token and refuses a wrong one, cookie or not', async () => {
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    expect((await ask(server.port, '/', bearer(server.controlToken))).status).toBe(200);
    expect((await get('/', bearer('wrong'))).status).toBe(403);
  });

  it('makes another page link for a program, and for nobody else', async () => {
    const link = await ask(server.port, '/link', { authorization: `Bearer ${server.controlToken}` });
    expect(link.status).toBe(200);
    expect(await enter(link.body)).toMatch(/^tangent-/);
    expect((await get('/link')).status).toBe(404);
    expect((await ask(server.port, '/link')).status).toBe(403);
  });

  it.each(['evil.example', '127.0.0.1', '127.0.0.1:1', `[::1]:80`, 'localhost.evil.example'])(
    'refuses the Host header %s',
    async (host) => {
      expect((await get('/', { host })).status).toBe(403);
      expect(await askUpgrade(server.port, '/rpc', { Host: host, Cookie: cookie })).toBe(403);
    },
  );

  it.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'https://127.0.0.1'])(
    'refuses the Origin %s',
    async (origin) => {
      expect((await get('/', { origin })).status).toBe(403);
      expect(await askUpgrade(server.port, '/rpc', { Origin: origin, Cookie: cookie })).toBe(403);
    },
  );

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const { status, headers } = await get('/', {}, method);
    expect(status).toBe(405);
    expect(headers.allow).toBe('GET, HEAD');
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '//secret.txt',
  ])('finds nothing outside the page folder: %s', async (path) => {
    const { status, body } = await get(path);
    expect(status).toBe(404);
    expect(body).not.toContain('secret');
  });

  it('refuses a request target that is not a path', async () => {
    expect((await get('http://evil.example/')).status).toBe(400);
  });

  it('upgrades with the cookie or the control token, on one path only', async () => {
    const origin = server.url;
    expect(await askUpgrade(server.port, '/rpc', { Cookie: cookie, Origin: origin })).toBe(101);
    expect(await askUpgrade(server.port, '/rpc', { Authorization: `Bearer ${server.controlToken}` })).toBe(
      101,
    );
    expect(await askUpgrade(server.port, '/rpc', {})).toBe(403);
    expect(await askUpgrade(server.port, '/rpc', { Cookie: `tangent-${server.port}=x` })).toBe(403);
    expect(await askUpgrade(server.port, '/other', { Cookie: cookie })).toBe(404);
  });

  it('streams an artifact as a download', async () => {
    const { status, headers, body } = await get(`/artifacts/${known}`);
    expect(status).toBe(200);
    expect(body).toBe('{"a":1}');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '7',
      'x-content-type-options': 'nosniff',
      'content-disposition':
        'attachment; filename="Addition-_-3-tasks-aaaaaaaa.json"; filename*=UTF-8\'\'Addition-%CE%B1-3-tasks-aaaaaaaa.json',
    });
    expect((await get(`/artifacts/${known}`, {}, 'HEAD')).headers['content-length']).toBe('7');
  });

  it('says why an artifact cannot be had', async () => {
    const missing = await get(`/artifacts/${'c'.repeat(64)}`);
    expect(missing.status).toBe(404);
    expect(missing.body).toContain('there is no artifact');
    const gone = await get(`/artifacts/${damaged}`);
    expect(gone.status).toBe(500);
    expect(gone.body).toContain('the file is gone');
    expect((await get('/artifacts/abc')).status).toBe(404);
    expect((await ask(server.port, `/artifacts/${known}`)).status).toBe(403);
  });

  it('breaks the connection off when an artifact cannot be read to its end', async () => {
    await expect(get(`/artifacts/${broken}`)).rejects.toThrow();
    expect((await get('/')).status).toBe(200);
  });

  it('logs requests without the tokens in them', async () => {
    const { pathname, search } = new URL(server.newPageUrl());
    await ask(server.port, pathname + search);
    expect(log).toContainEqual({ method: 'GET', path: '/enter', status: 303 });
    expect(JSON.stringify(log)).not.toContain('token');
  });

  it('refuses to start on a folder without a built page', async () => {
    const options = { router: createTransportRouter(), openArtifact: () => Promise.resolve(null) };
    await expect(startLocalhost({ ...options, pageDirectory: join(root, 'none') })).rejects.toMatchObject({
      code: 'not_built',
    });
  });
});
