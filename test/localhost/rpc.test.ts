import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createConnectionHandler } from '#api/transport/connection-handler';
import { connectToHost } from '#api/transport/node-client';
import { connectWith } from '#renderer/host/connect.ts';
import { startLocalhost } from '#localhost/server';
import { createTransportRouter, type Probe } from '#test/support/transport-router';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(probe?: Probe) {
  const server = await startLocalhost({
    router: createTransportRouter(probe),
    pageDirectory: null,
    openArtifact: () => Promise.resolve(null),
  });
  closers.push(() => server.close());
  const client = connectToHost({ url: server.url, token: server.controlToken });
  closers.push(() => client.close());
  return { server, client };
}

describe('the router over a WebSocket', () => {
  it('answers queries of a program that shows the control token', async () => {
    const { client } = await start();
    await expect(client.query('host.describe', undefined)).resolves.toEqual({ appVersion: 'fake' });
  });

  it('carries errors with code, data and advice', async () => {
    const { client } = await start();
    await expect(client.query('host.doctor', undefined)).rejects.toMatchObject({
      name: 'AppError',
      code: 'disk_full',
      kind: 'environment',
      data: { free: 0 },
    });
  });

  it('fails with connection_lost where the token is wrong, or nothing listens', async () => {
    const { server } = await start();
    const stranger = connectToHost({ url: server.url, token: 'wrong' });
    closers.push(() => stranger.close());
    const lost = expect.objectContaining({ code: 'connection_lost' }) as Error;
    await expect(stranger.query('host.describe', undefined)).rejects.toThrow(lost);
    await expect(stranger.mutate('runs.cancel', { runId: 'r' })).rejects.toThrow(lost);
  });

  it('ends subscriptions of a program once the host is lost', async () => {
    const { server, client } = await start();
    const onData = vi.fn();
    const failed = new Promise<Error>((resolve) => {
      client.subscribe('runs.events', { runId: 'long' }, { onData, onError: resolve });
    });
    await vi.waitFor(() => expect(onData).toHaveBeenCalled());
    await server.close();
    await expect(failed).resolves.toMatchObject({ code: 'connection_lost' });
  });

  it('terminates open sockets, and with them subscriptions, when it closes', async () => {
    const probe = { started: 0, stopped: 0 };
    const { server, client } = await start(probe);
    client.subscribe('runs.events', { runId: 'long' }, { onData: () => undefined, onError: () => undefined });
    await vi.waitFor(() => expect(probe.started).toBe(1));
    await server.close();
    await vi.waitFor(() => expect(probe.stopped).toBe(1));
  });

  it('fails calls that are under way when the client is closed', async () => {
    const { client } = await start();
    const answer = client.query('host.describe', undefined);
    client.close();
    await expect(answer).rejects.toMatchObject({ code: 'connection_lost' });
  });
});

describe('a connection that breaks', () => {
  /** A bare server, so that the test can cut its sockets and stop it. */
  async function startCuttable(port = 0) {
    const server = new WebSocketServer({ host: '127.0.0.1', port });
    const probe = { started: 0, stopped: 0 };
    server.on('connection', createConnectionHandler(createTransportRouter(probe)));
    await new Promise((resolve) => server.once('listening', resolve));
    const cut = () => server.clients.forEach((socket) => socket.terminate());
    const stop = () => {
      cut();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    };
    closers.push(stop);
    const { port: boundPort } = server.address() as { port: number };
    return { port: boundPort, probe, cut, stop };
  }

  function connectPage(port: number) {
    const page = connectWith(WebSocket as unknown as typeof globalThis.WebSocket, `ws://127.0.0.1:${port}`);
    closers.push(() => page.client.close());
    return page;
  }

  it('is resumed after the last item seen, without gap or repetition', async () => {
    const { port, probe, cut } = await startCuttable();
    const { client } = connectPage(port);
    const seen: number[] = [];
    client.subscribe(
      'runs.events',
      { runId: 'long', after: 10 },
      { onData: ({ sequence }) => seen.push(sequence), onError: () => undefined },
    );
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(3));
    cut();
    const count = seen.length;
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(count + 3));
    expect(probe.started).toBe(2);
    expect(seen).toEqual(seen.map((_, index) => 11 + index));
  });

  it('is opened again for the next query', async () => {
    const { port, cut } = await startCuttable();
    const { client, connection } = connectPage(port);
    await client.query('host.describe', undefined);
    cut();
    await expect(client.query('host.describe', undefined)).resolves.toEqual({ appVersion: 'fake' });
    expect(connection.status).toBe('open');
  });

  it('is called lost while nothing listens, and recovers by itself', async () => {
    const first = await startCuttable();
    const { client, connection } = connectPage(first.port);
    const seen: number[] = [];
    client.subscribe(
      'runs.events',
      { runId: 'long', after: 0 },
      { onData: ({ sequence }) => seen.push(sequence), onError: () => undefined },
    );
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(1));
    await first.stop();
    await expect(client.query('host.describe', undefined)).rejects.toMatchObject({ code: 'connection_lost' });
    expect(connection.status).toBe('lost');
    await startCuttable(first.port);
    await vi.waitFor(() => expect(connection.status).toBe('open'), { timeout: 8000 });
    const count = seen.length;
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(count));
    expect(seen).toEqual(seen.map((_, index) => 1 + index));
  });
});
