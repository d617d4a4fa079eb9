import { setTimeout as sleep } from 'node:timers/promises';
import {
  MessageChannel as NodeMessageChannel,
  type MessagePort as NodeMessagePort,
} from 'node:worker_threads';
import { createTRPCUntypedClient, createWSClient, wsLink } from '@trpc/client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createConnectionHandler } from '#api/transport/connection-handler';
import { servePort, type HostPort } from '#api/transport/port-socket';
import { frameCodec } from '#contract/codec';
import { connectWith } from '#renderer/host/connect.ts';
import { portWebSocket } from '#renderer/host/port-web-socket.ts';
import { createTransportRouter, type Probe } from '#test/support/transport-router';

interface Pair {
  readonly hostPort: HostPort;
  readonly pagePort: MessagePort;
}

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe.each([
  ['a pair in memory', memoryPair],
  ["Node's message channel", nodePair],
])('the router over %s', (_name, makePair) => {
  function open(probe?: Probe) {
    const { hostPort, pagePort } = makePair();
    const closeHost = servePort(hostPort, createConnectionHandler(createTransportRouter(probe)));
    const { client, connection } = connectWith(portWebSocket(pagePort), 'ws://port');
    closers.push(closeHost, () => client.close());
    return { client, connection, closeHost };
  }

  it('answers queries', async () => {
    await expect(open().client.query('host.describe', undefined)).resolves.toEqual({ appVersion: 'fake' });
  });

  it('carries errors with code, data and advice', async () => {
    await expect(open().client.query('host.doctor', undefined)).rejects.toMatchObject({
      name: 'AppError',
      code: 'disk_full',
      message: 'no space left',
      data: { free: 0 },
      advice: expect.stringContaining('resume the run') as string,
    });
  });

  it('runs a subscription to its own end', async () => {
    const seen: number[] = [];
    await new Promise<void>((resolve, reject) => {
      open().client.subscribe(
        'runs.events',
        { runId: 'short', after: 2 },
        { onData: ({ sequence }) => seen.push(sequence), onComplete: resolve, onError: reject },
      );
    });
    expect(seen).toEqual([3, 4, 5]);
  });

  it('stops a subscription on the host when the page stops it', async () => {
    const probe = { started: 0, stopped: 0 };
    const onData = vi.fn();
    const onComplete = vi.fn();
    const stop = open(probe).client.subscribe(
      'runs.events',
      { runId: 'long' },
      { onData, onError: () => expect.unreachable(), onComplete },
    );
    await vi.waitFor(() => expect(onData.mock.calls.length).toBeGreaterThan(2));
    stop();
    await vi.waitFor(() => expect(probe.stopped).toBe(1));
    const count = onData.mock.calls.length;
    await sleep(30);
    expect(onData.mock.calls.length).toBe(count);
    expect(onComplete).not.toHaveBeenCalled();
  });

  it('stops everything on the host when the port closes', async () => {
    const probe = { started: 0, stopped: 0 };
    const { client } = open(probe);
    client.subscribe('runs.events', { runId: 'long' }, { onData: () => undefined, onError: () => undefined });
    await vi.waitFor(() => expect(probe.started).toBe(1));
    client.close();
    await vi.waitFor(() => expect(probe.stopped).toBe(1));
  });

  it('says that the host is lost when the host closes the port, and fails queries then', async () => {
    const { client, connection, closeHost } = open();
    await client.query('host.describe', undefined);
    closeHost();
    await vi.waitFor(() => expect(connection.status).toBe('lost'), { timeout: 5000 });
    await expect(client.query('host.describe', undefined)).rejects.toMatchObject({ code: 'connection_lost' });
  });

  it('carries 4 MiB of float32 both ways', async () => {
    const { hostPort, pagePort } = makePair();
    closers.push(servePort(hostPort, createConnectionHandler(createTransportRouter())));
    const socket = createWSClient({
      url: 'ws://port',
      WebSocket: portWebSocket(pagePort),
      experimental_encoder: frameCodec,
    });
    closers.push(() => void socket.close());
    const calls = createTRPCUntypedClient({ links: [wsLink({ client: socket })] });
    const values = Float32Array.from({ length: 2 ** 20 }, (_, index) => Math.sin(index));
    await expect(calls.query('arrays.echo', { values })).resolves.toEqual({ values });
  });
});

/** Two ends that hand messages over on the next turn, as real ports do. */
function memoryPair(): Pair {
  const page = new EventTarget();
  let hear: (message: unknown) => void = () => undefined;
  let hearClose: () => void = () => undefined;
  const closeBoth = () =>
    setImmediate(() => {
      hearClose();
      page.dispatchEvent(new Event('close'));
    });
  return {
    hostPort: {
      postMessage: (data) =>
        void setImmediate(() => page.dispatchEvent(new MessageEvent('message', { data }))),
      close: closeBoth,
      onMessage: (listener) => (hear = listener),
      onClose: (listener) => (hearClose = listener),
    },
    pagePort: Object.assign(page, {
      postMessage: (data: unknown) => void setImmediate(() => hear(structuredClone(data))),
      start: () => undefined,
      close: closeBoth,
    }) as unknown as MessagePort,
  };
}

function nodePair(): Pair {
  const { port1, port2 } = new NodeMessageChannel();
  return { hostPort: fromNodePort(port1), pagePort: port2 as unknown as MessagePort };
}

function fromNodePort(port: NodeMessagePort): HostPort {
  return {
    postMessage: (message) => port.postMessage(message),
    close: () => port.close(),
    onMessage: (listener) => void port.on('message', listener),
    onClose: (listener) => void port.on('close', listener),
  };
}
