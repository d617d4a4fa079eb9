import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createHandlers } from '#api/handlers';
import type { ApiRequest } from '#contract/api';
import type { RunEventBody } from '#contract/events';
import type { Host } from '#host/open-host';
import { unchosen } from '#test/support/benchmarks';
import { openTestHost, plantArtifacts } from '#test/support/host-fixture';
import { renderSpec } from '#test/support/specs';
import { tempFolder } from '#test/support/temp-folder';

const line = (message: string): RunEventBody => ({ type: 'log', level: 'info', message });

/** A host with one running run. */
async function openWithRun() {
  const opened = await openTestHost();
  const handlers = createHandlers(opened.host);
  const run = await handlers['runs.submit']({ spec: renderSpec(), reuse: false });
  return { ...opened, handlers, run, worker: opened.launcher.last };
}

/** Counts the subscriptions of a host that are open. */
function countSubscriptions(host: Host): () => number {
  let open = 0;
  for (const feed of [host.runTouched, host.studies.touched]) {
    const subscribe = feed.subscribe.bind(feed);
    vi.spyOn(feed, 'subscribe').mockImplementation((listener) => {
      const stop = subscribe(listener);
      open += 1;
      return () => {
        open -= 1;
        stop();
      };
    });
  }
  return () => open;
}

/** Collects what a subscription says until it ends. */
function collect<T>(items: AsyncIterable<T>): { items: T[]; ended: Promise<void> } {
  const collected: T[] = [];
  const ended = (async () => {
    for await (const item of items) collected.push(item);
  })();
  return { items: collected, ended };
}

describe('the handlers of runs', () => {
  it('take a unique beginning for an id', async () => {
    const { handlers, run, worker } = await openWithRun();
    const runId = run.id.slice(0, 5);
    expect(await handlers['runs.get']({ runId })).toMatchObject({ id: run.id, spec: renderSpec() });
    worker.say({ type: 'metric', name: 'loss', step: 1, value: 0.5 });
    expect(await handlers['runs.metrics']({ runId })).toEqual([{ name: 'loss', step: 1, value: 0.5 }]);
    await handlers['runs.cancel']({ runId });
    worker.end('cancelled');
    expect(await handlers['runs.resume']({ runId })).toMatchObject({ id: run.id, attempt: 2 });
    await handlers['runs.submit']({ spec: renderSpec(1), reuse: false });
    const older = await handlers['runs.list']({ limit: 9, offset: 1 });
    expect(older.map(({ id }) => id)).toEqual([run.id]);
  });

  it('say which run is unknown', async () => {
    const { handlers } = await openWithRun();
    const unknown = expect.objectContaining({ code: 'unknown_run', data: { runId: 'none' } }) as Error;
    expect(() => handlers['runs.get']({ runId: 'none' })).toThrow(unknown);
    expect(() => handlers['runs.move']({ runId: 'none', before: null })).toThrow(unknown);
  });
});

describe('runs.events', () => {
  it('repeats what was said after a sequence number, goes on with what is said, and ends', async () => {
    const { handlers, run, worker, host } = await openWithRun();
    const subscriptions = countSubscriptions(host);
    for (const message of ['one', 'two', 'three']) worker.say(line(message));
    const signal = new AbortController().signal;
    const { items, ended } = collect(handlers['runs.events']({ runId: run.id, after: 1 }, signal));
    await nextTurn();
    expect(items.map(({ sequence }) => sequence)).toEqual([2, 3]);
    worker.say(line('four'));
    worker.end('finished');
    await ended;
    expect(items.map(({ sequence }) => sequence)).toEqual([2, 3, 4, 5]);
    expect(items.at(-1)?.body).toMatchObject({ type: 'end', outcome: 'finished' });
    expect(subscriptions()).toBe(0);
  });

  it('ends for a run that is interrupted and so never says its end', async () => {
    const { handlers, run, worker } = await openWithRun();
    const signal = new AbortController().signal;
    const { items, ended } = collect(handlers['runs.events']({ runId: run.id, after: 0 }, signal));
    worker.say(line('one'));
    worker.exit({ code: 1, signal: null });
    await ended;
    expect(items).toHaveLength(1);
  });

  it('gives all of a long story, each event once', async () => {
    const { handlers, run, host } = await openWithRun();
    const count = 10_050;
    host.catalog.transaction(() => {
      for (let sequence = 1; sequence <= count; sequence += 1) {
        host.catalog.events.append({ runId: run.id, sequence, attempt: 1, at: 1, body: line('') });
      }
      const body: RunEventBody = { type: 'end', outcome: 'finished', error: null };
      host.catalog.events.append({ runId: run.id, sequence: count + 1, attempt: 1, at: 1, body });
    });
    const signal = new AbortController().signal;
    const { items, ended } = collect(handlers['runs.events']({ runId: run.id, after: 0 }, signal));
    await ended;
    expect(items.map(({ sequence }) => sequence)).toEqual(Array.from({ length: count + 1 }, (_, n) => n + 1));
  });

  it('stops listening when it is aborted, and when its reader leaves', async () => {
    const { handlers, run, worker, host } = await openWithRun();
    const subscriptions = countSubscriptions(host);
    const abort = new AbortController();
    const { ended } = collect(handlers['runs.events']({ runId: run.id, after: 0 }, abort.signal));
    await nextTurn();
    expect(subscriptions()).toBe(1);
    abort.abort();
    await ended;
    expect(subscriptions()).toBe(0);

    worker.say(line('one'));
    const signal = new AbortController().signal;
    const events = handlers['runs.events']({ runId: run.id, after: 0 }, signal)[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({ sequence: 1 });
    expect(subscriptions()).toBe(1);
    await events.return?.();
    expect(subscriptions()).toBe(0);
  });
});

describe('runs.changes', () => {
  it('tells each changed run once per interval, however often it changes', async () => {
    const { handlers, run, worker, host } = await openWithRun();
    const other = await handlers['runs.submit']({ spec: renderSpec(1), reuse: false });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const subscriptions = countSubscriptions(host);
    const abort = new AbortController();
    const { items, ended } = collect(handlers['runs.changes'](undefined, abort.signal));
    const heard = async () => {
      await nextTurn();
      return items.splice(0).map(({ id, lastSequence }) => [id, lastSequence]);
    };
    expect(await heard()).toEqual([]);
    for (const message of ['one', 'two', 'three']) worker.say(line(message));
    host.runs.cancel(other.id);
    host.runTouched.publish(other.id);
    expect(await heard()).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(await heard()).toEqual([
      [run.id, 3],
      [other.id, expect.any(Number)],
    ]);

    worker.say(line('four'));
    await vi.advanceTimersByTimeAsync(199);
    expect(await heard()).toEqual([]);
    worker.say(line('five'));
    await vi.advanceTimersByTimeAsync(1);
    expect((await heard()).find(([id]) => id === run.id)).toEqual([run.id, 5]);

    abort.abort();
    await vi.advanceTimersByTimeAsync(200);
    await ended;
    expect(subscriptions()).toBe(0);
  });
});

describe('the handlers of artifacts and sources', () => {
  it('read JSON artifacts, and refuse the others by kind', async () => {
    const { host } = await openTestHost();
    const handlers = createHandlers(host);
    const { ids, runId } = await plantArtifacts(host, [
      { kind: 'evaluation', role: 'evaluation', content: '{"top1":0.5}' },
      { kind: 'model', role: 'model', content: '{"looks":"like JSON"}' },
    ]);
    expect(await handlers['artifacts.json']({ id: ids[0] })).toEqual({ top1: 0.5 });
    await expect(handlers['artifacts.json']({ id: ids[1] })).rejects.toMatchObject({
      code: 'wrong_artifact_kind',
      data: { artifactId: ids[1], actual: 'model' },
    });
    expect(await handlers['artifacts.get']({ id: ids[0].slice(0, 10) })).toMatchObject({
      id: ids[0],
      madeBy: runId,
    });
  });

  it('say when a stored file was altered', async () => {
    const { host } = await openTestHost();
    const { ids } = await plantArtifacts(host, [{ kind: 'addition', role: 'addition', content: '{"a":1}' }]);
    writeFileSync(host.artifacts.pathOf(ids[0]), '{"a":2}');
    await expect(createHandlers(host)['artifacts.json']({ id: ids[0] })).rejects.toMatchObject({
      code: 'artifact_damaged',
    });
  });

  it('fingerprint what lies in a folder', async () => {
    const { host } = await openTestHost();
    const folder = tempFolder();
    writeFileSync(join(folder, 'a.png'), 'pixels');
    expect(await createHandlers(host)['sources.fingerprint']({ path: folder })).toEqual({
      path: folder,
      isFolder: true,
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      fileCount: 1,
    });
  });
});

describe('the handlers of studies', () => {
  const definition = {
    format: 'tangent-study/1' as const,
    name: 'mine',
    title: 'Mine',
    description: '',
    steps: [{ id: 'render', title: 'Draw', spec: { ...renderSpec() } }],
  };

  it('list the templates with their presets, and no number of runs where it follows from choices', async () => {
    const { host } = await openTestHost();
    const handlers = createHandlers(host);
    const templates = await handlers['studies.templates'](undefined);
    const of = (wanted: string) => templates.find(({ name }) => name === wanted);
    expect(of('quickstart')).toMatchObject({ stepCount: 25, presets: [] });
    expect(of('paper-8-vision')?.presets.map(({ name }) => name)).toEqual(['paper-text', 'released-code']);
    const definition = await handlers['studies.template']({ template: 'paper-8-vision' });
    expect(definition).toMatchObject({ format: 'tangent-benchmark/1', name: 'paper-8-vision' });
  });

  it('start a template by name, and a study that the caller defines', async () => {
    const { host } = await openTestHost();
    const handlers = createHandlers(host);
    const quickstart = await handlers['studies.run']({ template: 'quickstart', choices: unchosen });
    const mine = await handlers['studies.run']({ definition, choices: unchosen });
    expect(quickstart).toMatchObject({ template: 'quickstart', state: 'running' });
    expect(mine).toMatchObject({ template: 'mine', state: 'running' });
    expect((await handlers['studies.list'](undefined)).map(({ id }) => id)).toEqual([mine.id, quickstart.id]);
    expect(await handlers['studies.get']({ studyId: mine.id })).toMatchObject({ id: mine.id });
  });

  it('refuse an unknown template, an unknown study and steps in the wrong order', async () => {
    const { host } = await openTestHost();
    const handlers = createHandlers(host);
    const fails = (code: string) => expect.objectContaining({ code }) as Error;
    const run = async (input: ApiRequest<'studies.run'>) => handlers['studies.run'](input);
    await expect(run({ template: 'none', choices: unchosen })).rejects.toThrow(fails('unknown_study'));
    expect(() => handlers['studies.get']({ studyId: 'none' })).toThrow(fails('unknown_study'));
    const [step] = definition.steps;
    const twice = { ...definition, steps: [step, step] };
    await expect(run({ definition: twice, choices: unchosen })).rejects.toThrow(fails('invalid_spec'));
    expect(host.catalog.studies.list()).toEqual([]);
  });

  it('follow a study until it has come to rest, and then listen no more', async () => {
    const { host } = await openTestHost({ script: (worker) => worker.end('finished') });
    const handlers = createHandlers(host);
    const subscriptions = countSubscriptions(host);
    const { id } = await handlers['studies.run']({ definition, choices: unchosen });
    const signal = new AbortController().signal;
    const { items, ended } = collect(handlers['studies.changes']({ studyId: id }, signal));
    await ended;
    expect(items[0]).toMatchObject({ id, state: 'running' });
    expect(items.at(-1)).toMatchObject({ id, state: 'finished', steps: [{ state: 'finished' }] });
    expect(subscriptions()).toBe(0);
  });
});
