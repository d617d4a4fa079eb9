import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppError, toPlainError } from '#contract/errors';
import type { RunSummary } from '#contract/records';
import type { WorkerRequest } from '#contract/worker-messages';
import { Feed } from '#host/feed';
import { MemoryRoom } from '#host/memory-room';
import { Scheduler, type SchedulerOptions } from '#host/scheduler';
import { addRun, openTestCatalog } from '#test/support/catalog-fixture';
import { ScriptedLauncher, type WorkerScript } from '#test/support/scripted-launcher';
import { finetuneSpec, renderSpec } from '#test/support/specs';

function startRequest(run: RunSummary): WorkerRequest {
  return {
    type: 'start',
    runId: run.id,
    attempt: run.attempt,
    spec: renderSpec(),
    artifactsDirectory: '/artifacts',
    runDirectory: '/run',
    renderedDirectory: '/rendered',
    firstSequence: run.lastSequence + 1,
    earlierEnvironment: null,
    appVersion: '0.1.0',
    appCommit: null,
  };
}

function makeScheduler(options: Partial<SchedulerOptions> & { script?: WorkerScript } = {}) {
  const catalog = openTestCatalog();
  const launcher = new ScriptedLauncher(options.script);
  const touched = new Feed<string>();
  const finished: string[] = [];
  const scheduler = new Scheduler({
    catalog,
    launcher,
    maxWorkers: 2,
    room: new MemoryRoom(() => Number.POSITIVE_INFINITY),
    touched,
    startRequest,
    onFinished: (runId) => finished.push(runId),
    ...options,
  });
  onTestFinished(async () => scheduler.close());
  const stateOf = (runId: string) => catalog.runs.get(runId).state;
  const stateBecomes = async (runId: string, state: string) => {
    const check = () => stateOf(runId) === state;
    if (check()) return;
    await new Promise<void>((resolve) => {
      const stop = touched.subscribe(() => {
        if (!check()) return;
        stop();
        resolve();
      });
    });
  };
  return { catalog, launcher, touched, scheduler, finished, stateOf, stateBecomes };
}

/** One queued run whose worker is up. */
function startOne(options: Parameters<typeof makeScheduler>[0] = {}) {
  const made = makeScheduler(options);
  const { id } = addRun(made.catalog);
  made.scheduler.pump();
  return { ...made, id, worker: made.launcher.last };
}

const log = { type: 'log', level: 'info', message: 'a line' } as const;

describe('Scheduler', () => {
  it('starts runs in the order of their submission, and never more than allowed at once', async () => {
    const started: string[] = [];
    const { catalog, launcher, scheduler, stateBecomes } = makeScheduler({
      script: (worker, { runId }) => {
        started.push(runId);
        worker.end('finished');
      },
    });
    const ids = [1, 2, 3, 4, 5].map((seed) => addRun(catalog, renderSpec(seed)).id);
    scheduler.pump();
    scheduler.pump();
    expect(launcher.alive).toBe(2);
    await Promise.all(ids.map(async (id) => stateBecomes(id, 'finished')));
    expect(started).toEqual(ids);
    expect(launcher.mostAlive).toBe(2);
  });

  it('starts no second run while the memory does not allow it, and always one', () => {
    let free = 0;
    const room = new MemoryRoom(
      () => free,
      () => ({ now: 3 * 2 ** 30, peak: 3 * 2 ** 30 }),
    );
    const { catalog, scheduler, launcher, worker } = startOne({ room });
    addRun(catalog);
    addRun(catalog);
    worker.end('finished');
    // The first has shown that one takes 3 GiB.
    expect(launcher.alive).toBe(1);
    free = 3 * 2 ** 30;
    scheduler.pump();
    expect(launcher.alive).toBe(1);
    free = 4 * 2 ** 30;
    scheduler.pump();
    expect(launcher.alive).toBe(2);
  });

  it('lets the first run of a kind, mode and model end before another like it starts beside it', () => {
    const { catalog, scheduler, launcher } = makeScheduler({ maxWorkers: 4 });
    const add = (seed: number, mode: 'standard' | 'linear') => {
      const spec = finetuneSpec();
      return addRun(catalog, { ...spec, seed, params: { ...spec.params, mode } });
    };
    for (const seed of [0, 1, 2]) add(seed, 'standard');
    add(0, 'linear');
    scheduler.pump();
    expect(launcher.alive).toBe(2);
    launcher.workers[0].end('finished');
    expect(launcher.alive).toBe(3);
  });

  it('does not give a place away before the worker that held it has gone', () => {
    const { catalog, scheduler, launcher, worker, stateOf } = startOne({ maxWorkers: 1 });
    const next = addRun(catalog);
    scheduler.pump();
    worker.say({ type: 'end', outcome: 'finished', error: null });
    scheduler.pump();
    expect(stateOf(next.id)).toBe('queued');
    worker.exit({ code: 0, signal: null });
    expect(stateOf(next.id)).toBe('running');
    expect(launcher.mostAlive).toBe(1);
  });

  it('stores what a worker says before it tells anybody', () => {
    const { catalog, touched, worker, id } = startOne();
    const seen: number[] = [];
    touched.subscribe((runId) => seen.push(catalog.runs.get(runId).lastSequence));
    worker.say(log, 1000);
    worker.say({ type: 'end', outcome: 'finished', error: null }, 1001);
    expect(seen).toEqual([1, 2]);
    expect(catalog.events.list(id, 0)).toEqual([
      { runId: id, sequence: 1, attempt: 1, at: 1000, body: log },
      {
        runId: id,
        sequence: 2,
        attempt: 1,
        at: 1001,
        body: expect.objectContaining({ type: 'end' }) as object,
      },
    ]);
  });

  it('keeps the error of a run that failed', () => {
    const { catalog, worker, id } = startOne();
    const error = toPlainError(new AppError('diverged', 'The loss is NaN.', { step: 7 }));
    worker.end('failed', error);
    expect(catalog.runs.get(id)).toMatchObject({ state: 'failed', error });
  });

  it.each([
    ['an exit code', { code: 3, signal: null }, 'exit code 3', { exitCode: 3, signal: null }],
    [
      'a signal',
      { code: null, signal: 'SIGSEGV' },
      'killed by SIGSEGV',
      { exitCode: null, signal: 'SIGSEGV' },
    ],
    ['exit code 0 without an end event', { code: 0, signal: null }, 'exit code 0', { exitCode: 0 }],
  ])('tells a crash by %s from a failure', (_, exit, words, data) => {
    const { catalog, worker, id } = startOne();
    worker.say(log);
    worker.exit({ ...exit, lastWords: 'out of memory\n' });
    const { state, error } = catalog.runs.get(id);
    expect(state).toBe('interrupted');
    expect(error).toMatchObject({ code: 'worker_crashed', data: { runId: id, ...data } });
    expect(error?.message).toContain(words);
    expect(error?.message).toContain('out of memory');
  });

  it('goes on with the queue after a crash', () => {
    const { catalog, scheduler, worker, stateOf } = startOne({ maxWorkers: 1 });
    const next = addRun(catalog);
    scheduler.pump();
    worker.exit({ code: 1, signal: null });
    expect(stateOf(next.id)).toBe('running');
  });

  it('cancels a queued run at once', () => {
    const { catalog, scheduler, worker, launcher } = startOne({ maxWorkers: 1 });
    const { id } = addRun(catalog);
    scheduler.cancel(id);
    expect(catalog.runs.get(id)).toMatchObject({ state: 'cancelled', lastSequence: 1, elapsedMs: 0 });
    worker.end('finished');
    expect(launcher.workers).toHaveLength(1);
  });

  it('asks the worker of a running run to cancel, once', async () => {
    const { scheduler, worker, id, stateBecomes } = startOne();
    scheduler.cancel(id);
    scheduler.cancel(id);
    await stateBecomes(id, 'cancelled');
    expect(worker.requests.filter(({ type }) => type === 'cancel')).toHaveLength(1);
    expect(worker.isKilled).toBe(false);
  });

  it('kills a worker that does not obey in time, and the run counts as cancelled', async () => {
    const { catalog, scheduler, worker, id, stateBecomes } = startOne({ graceMs: 5 });
    worker.obeysCancel = false;
    worker.say(log);
    scheduler.cancel(id);
    expect(worker.isKilled).toBe(false);
    await stateBecomes(id, 'cancelled');
    expect(worker.isKilled).toBe(true);
    expect(catalog.runs.get(id).error).toBeNull();
    expect(catalog.events.list(id, 1)).toMatchObject([{ sequence: 2, body: { outcome: 'cancelled' } }]);
  });

  it('does not kill a worker that has ended in time', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { scheduler, worker, id } = startOne({ graceMs: 20 });
    scheduler.cancel(id);
    expect(vi.getTimerCount()).toBe(1);
    worker.end('cancelled');
    expect(vi.getTimerCount()).toBe(0);
    expect(worker.isKilled).toBe(false);
  });

  it('lets a run finish that was done before it noticed the cancel request', () => {
    const { scheduler, worker, id, stateOf } = startOne();
    worker.obeysCancel = false;
    scheduler.cancel(id);
    worker.end('finished');
    expect(stateOf(id)).toBe('finished');
  });

  it('refuses to cancel a run that has settled', () => {
    const { scheduler, worker, id } = startOne();
    worker.end('finished');
    expect(() => scheduler.cancel(id)).toThrow(
      expect.objectContaining({ code: 'wrong_state', data: { runId: id } }),
    );
  });

  it.each<[string, unknown]>([
    ['no message at all', 'hello'],
    ['malformed', { sequence: 2, at: 1, body: { type: 'metric', name: 'loss', step: 1, value: NaN } }],
    ['out of order', { sequence: 3, at: 1, body: log }],
    ['repeated', { sequence: 1, at: 1, body: log }],
  ])('interrupts a run and kills its worker when a message is %s', async (_, message) => {
    const { catalog, worker, id, launcher } = startOne();
    worker.say(log);
    worker.sayRaw(message);
    expect(catalog.runs.get(id)).toMatchObject({
      state: 'interrupted',
      lastSequence: 1,
      error: { code: 'internal', kind: 'bug' },
    });
    expect(worker.isKilled).toBe(true);
    worker.sayRaw({ sequence: 2, at: 2, body: { type: 'end', outcome: 'finished', error: null } });
    await nextTurn();
    expect(launcher.alive).toBe(0);
    expect(catalog.runs.get(id)).toMatchObject({ state: 'interrupted', lastSequence: 1 });
    expect(catalog.runs.get(id).error?.code).toBe('internal');
  });

  it('ignores what a worker says after the end', () => {
    const { catalog, worker, id } = startOne();
    worker.say({ type: 'end', outcome: 'finished', error: null });
    worker.say(log);
    worker.sayRaw('nonsense');
    worker.exit({ code: 1, signal: null });
    expect(catalog.runs.get(id)).toMatchObject({ state: 'finished', error: null, lastSequence: 1 });
    expect(worker.isKilled).toBe(false);
  });

  it('answers a worker that waits for the disk when everything it has said is there', () => {
    const { catalog, worker, id } = startOne();
    const told: string[] = [];
    vi.spyOn(catalog, 'flush').mockImplementation(() => {
      told.push(`flush after event ${catalog.runs.get(id).lastSequence}`);
    });
    vi.spyOn(worker, 'send').mockImplementation(({ type }) => void told.push(type));
    worker.say(log);
    worker.sayRaw({ flush: true });
    expect(told).toEqual(['flush after event 1', 'flushed']);
    worker.say(log);
    worker.end('finished');
    expect(catalog.runs.get(id)).toMatchObject({ state: 'finished', lastSequence: 3 });
  });

  it('numbers the events of a resumed run on from those of earlier attempts', () => {
    const { catalog, scheduler, launcher, worker, id } = startOne();
    worker.say(log);
    worker.exit({ code: 1, signal: null });
    catalog.runs.requeue(id);
    scheduler.pump();
    expect(launcher.last.start).toMatchObject({ attempt: 2, firstSequence: 2 });
    launcher.last.end('finished');
    expect(catalog.events.list(id, 0).map(({ sequence, attempt }) => [sequence, attempt])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it.each([
    ['finished', 1],
    ['failed', 0],
    ['cancelled', 0],
  ] as const)('gives up the checkpoints of a run that is %s only if they serve no more', (outcome, count) => {
    const { worker, id, finished } = startOne();
    worker.say({ type: 'end', outcome, error: null });
    expect(finished).toEqual([]);
    worker.exit({ code: 0, signal: null });
    expect(finished).toEqual(Array<string>(count).fill(id));
  });

  it('starts a resumed run only when the worker of its last attempt has gone', () => {
    const { catalog, scheduler, launcher, worker, id, stateOf } = startOne();
    worker.say({ type: 'end', outcome: 'failed', error: null });
    catalog.runs.requeue(id);
    scheduler.pump();
    expect(stateOf(id)).toBe('queued');
    expect(launcher.workers).toHaveLength(1);
    worker.exit({ code: 0, signal: null });
    expect(launcher.workers).toHaveLength(2);
    expect(stateOf(id)).toBe('running');
  });

  it('cancels a resumed run that still waits for the worker of its last attempt', () => {
    const { catalog, scheduler, launcher, worker, id, stateOf } = startOne();
    worker.say({ type: 'end', outcome: 'failed', error: null });
    catalog.runs.requeue(id);
    scheduler.cancel(id);
    expect(stateOf(id)).toBe('cancelled');
    worker.exit({ code: 0, signal: null });
    expect(launcher.workers).toHaveLength(1);
    expect(stateOf(id)).toBe('cancelled');
  });

  it('fails a run that cannot be started, and starts the others', () => {
    const { catalog, scheduler, stateOf } = makeScheduler({
      startRequest: (run) => {
        if (run.kind === 'render-tasks') throw new AppError('invalid_spec', 'No longer valid.');
        return startRequest(run);
      },
    });
    const broken = addRun(catalog);
    const whole = addRun(catalog, {
      kind: 'class-head',
      specVersion: 1,
      params: { featureSize: 8, logitScale: 1 },
      inputs: { dataset: 'd'.repeat(64) },
      seed: 0,
    });
    scheduler.pump();
    expect(catalog.runs.get(broken.id)).toMatchObject({ state: 'failed', error: { code: 'invalid_spec' } });
    expect(stateOf(whole.id)).toBe('running');
  });

  it('leaves running runs interrupted and queued ones queued when it closes, and starts nothing more', async () => {
    const { catalog, scheduler, launcher, worker, id, stateOf } = startOne({ maxWorkers: 1 });
    const next = addRun(catalog);
    scheduler.pump();
    await scheduler.close();
    expect(worker.isKilled).toBe(true);
    expect(worker.hasExited).toBe(true);
    expect(catalog.runs.get(id)).toMatchObject({ state: 'interrupted', error: { code: 'run_interrupted' } });
    expect(catalog.runs.get(id).error?.message).toMatch(/closed/);
    scheduler.pump();
    expect(launcher.workers).toHaveLength(1);
    expect(stateOf(next.id)).toBe('queued');
  });

  it('counts only the time in which a run was executing', () => {
    let now = 10_000;
    const { catalog, worker, id } = startOne({ now: () => now });
    now += 400;
    worker.exit({ code: 1, signal: null });
    expect(catalog.runs.get(id)).toMatchObject({ startedAt: 10_000, endedAt: 10_400, elapsedMs: 400 });
  });
});
