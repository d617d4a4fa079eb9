import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createHandlers, type Handlers } from '#api/handlers';
import { createLocalClient } from '#api/local-client';
import { buildRouter } from '#api/router';
import type { ApiInput, QueryPath } from '#contract/api';
import { AppError, toPlainError } from '#contract/errors';
import type { RunEvent } from '#contract/events';
import { callRouter, failRouter } from '#test/support/call-router';
import { openTestHost, plantArtifacts } from '#test/support/host-fixture';
import { renderSpec } from '#test/support/specs';

async function open() {
  const opened = await openTestHost();
  const handlers = createHandlers(opened.host);
  const client = createLocalClient(handlers);
  const run = await client.mutate('runs.submit', { spec: renderSpec() });
  return { ...opened, handlers, client, run, worker: opened.launcher.last, router: buildRouter(handlers) };
}

/** Handlers of which only one subscription is called. */
function withEvents(events: Handlers['runs.events']): Handlers {
  return { 'runs.events': events } as Handlers;
}

const line = (message: string) => ({ type: 'log', level: 'info', message }) as const;

describe('createLocalClient', () => {
  it('answers every query as the router does', async () => {
    const { client, router, run, host, worker } = await open();
    worker.say({ type: 'metric', name: 'loss', step: 1, value: 0.5 });
    const { ids } = await plantArtifacts(host, [{ kind: 'evaluation', role: 'x', content: '{"top1":1}' }]);
    const queries: { [P in QueryPath]?: ApiInput<P> } = {
      'host.describe': undefined,
      'runs.list': { kinds: ['render-tasks'] },
      'runs.get': { runId: run.id },
      'runs.metrics': { runId: run.id },
      'artifacts.get': { id: ids[0] },
      'artifacts.json': { id: ids[0] },
      'studies.templates': undefined,
      'studies.list': undefined,
    };
    for (const [path, input] of Object.entries(queries) as [QueryPath, never][]) {
      expect(await client.query(path, input), path).toEqual(await callRouter(router, path, input));
    }
  });

  it.each<[string, QueryPath, unknown]>([
    ['a wrong input', 'runs.list', { limit: -1 }],
    ['an unknown run', 'runs.get', { runId: 'none' }],
    ['an unknown artifact', 'artifacts.get', { id: 'abcdef' }],
    ['a missing source', 'sources.fingerprint', { path: '/no/such/folder' }],
  ])('fails as the router does for %s', async (_, path, input) => {
    const { client, router } = await open();
    const { code, kind, message, advice, data } = await failRouter(router, path, input);
    const error: unknown = await client.query(path, input as never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(toPlainError(error)).toMatchObject({ code, kind, message, advice, data });
  });

  it('follows a run from a sequence number to its end', async () => {
    const { client, run, worker } = await open();
    worker.say(line('one'));
    worker.say(line('two'));
    const seen: number[] = [];
    const completed = new Promise<void>((onComplete, onError) => {
      client.subscribe(
        'runs.events',
        { runId: run.id, after: 1 },
        { onData: ({ sequence }) => seen.push(sequence), onComplete, onError },
      );
    });
    await nextTurn();
    expect(seen).toEqual([2]);
    worker.say(line('three'));
    worker.end('finished');
    await completed;
    expect(seen).toEqual([2, 3, 4]);
  });

  it.each<[string, { runId: string; after?: number }, string]>([
    ['unknown run', { runId: 'none' }, 'unknown_run'],
    ['wrong input', { runId: 'abc', after: -1 }, 'invalid_input'],
  ])('reports an %s to the subscriber', async (_, input, code) => {
    const { client } = await open();
    const error = await new Promise((onError) => {
      client.subscribe('runs.events', input, { onData: () => undefined, onError });
    });
    expect(error).toMatchObject({ code });
  });

  it('stops the handler and says nothing more when the subscriber leaves', async () => {
    let hasStopped = false;
    const listeners = { onData: vi.fn(), onComplete: vi.fn(), onError: vi.fn() };
    const client = createLocalClient(
      withEvents(async function* (_, signal) {
        try {
          yield { sequence: 1 } as RunEvent;
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          yield { sequence: 2 } as RunEvent;
        } finally {
          hasStopped = true;
        }
      }),
    );
    const stop = client.subscribe('runs.events', { runId: 'abc' }, listeners);
    await nextTurn();
    stop();
    await nextTurn();
    expect(hasStopped).toBe(true);
    expect(listeners.onData).toHaveBeenCalledTimes(1);
    expect(listeners.onComplete).not.toHaveBeenCalled();
    expect(listeners.onError).not.toHaveBeenCalled();
  });

  it('does not call a subscriber complete that has left a run still going', async () => {
    const { client, run, worker } = await open();
    const onComplete = vi.fn();
    const stop = client.subscribe(
      'runs.events',
      { runId: run.id },
      { onData: () => undefined, onError: () => expect.unreachable(), onComplete },
    );
    await nextTurn();
    stop();
    worker.end('finished');
    await nextTurn();
    expect(onComplete).not.toHaveBeenCalled();
  });

  it('ends all subscriptions when it is closed', async () => {
    const signals: AbortSignal[] = [];
    const client = createLocalClient(
      // eslint-disable-next-line require-yield -- a subscription that waits to be ended
      withEvents(async function* (_, signal): AsyncGenerator<RunEvent> {
        signals.push(signal);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      }),
    );
    for (const runId of ['abc', 'def'])
      client.subscribe('runs.events', { runId }, { onData: () => undefined, onError: () => undefined });
    await nextTurn();
    client.close();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});
