import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { ConnectionMonitor } from '#contract/connection';
import type { BenchmarkReport } from '#contract/benchmark-report';
import { AppError } from '#contract/errors';
import type { RunEvent, RunEventBody } from '#contract/events';
import type { RunDetail, StudyRecord } from '#contract/records';
import { ConnectionState } from '#renderer/state/connection-state.svelte.ts';
import { RunDetailState } from '#renderer/state/run-detail-state.svelte.ts';
import { StudyListState } from '#renderer/state/study-list-state.svelte.ts';
import { StudyState } from '#renderer/state/study-state.svelte.ts';
import { findStudyTemplate } from '#host/study-templates';
import { smallBenchmark } from '#test/support/benchmarks';
import { exampleAddition } from '#test/support/example-results';
import { FakeClient } from '#test/support/fake-client';
import { FakeHost } from '#test/support/fake-host';
import { hex } from '#test/support/hex';

function exampleRun(overrides: Partial<RunDetail> = {}): RunDetail {
  return new FakeHost().addRun('finetune', { id: 'r1', createdAt: 1000, ...overrides });
}

function eventOf(sequence: number, body: RunEventBody): RunEvent {
  return { runId: 'r1', sequence, attempt: 1, at: 5000 + sequence, body };
}

const lost = () => Promise.reject(new AppError('connection_lost', 'gone'));

describe('ConnectionState', () => {
  it('follows the monitor and calls back when the connection is there again', () => {
    const monitor = new ConnectionMonitor();
    const state = new ConnectionState(monitor);
    const reopened = vi.fn();
    state.onReopened(reopened);
    expect(state.status).toBe('connecting');
    monitor.socketOptions.onOpen();
    monitor.socketOptions.onClose();
    for (const attempt of [0, 1, 2, 3]) monitor.socketOptions.retryDelayMs(attempt);
    expect(state.status).toBe('connecting');
    monitor.socketOptions.retryDelayMs(4);
    expect(state.status).toBe('lost');
    monitor.socketOptions.onOpen();
    expect(state.status).toBe('open');
    expect(reopened).toHaveBeenCalledTimes(2);
    state.close();
    monitor.socketOptions.onClose();
    expect(state.status).toBe('open');
  });
});

describe('RunDetailState', () => {
  async function open(run: RunDetail) {
    const client = new FakeClient({ 'runs.get': () => run });
    const state = new RunDetailState(client, 'r1');
    await vi.waitFor(() => expect(state.detail).not.toBeNull());
    return { client, state };
  }

  it('adds events up to curves and a log, the newest value of a step counting', async () => {
    const { client, state } = await open(exampleRun({ state: 'running', lastSequence: 4 }));
    expect(client.open('runs.events')!.input).toEqual({ runId: 'r1', after: 0 });
    client.send('runs.events', eventOf(1, { type: 'metric', name: 'loss', step: 0, value: 2 }));
    client.send('runs.events', eventOf(2, { type: 'metric', name: 'loss', step: 1, value: 1 }));
    client.send('runs.events', eventOf(3, { type: 'log', level: 'warning', message: 'slow' }));
    client.send('runs.events', eventOf(4, { type: 'metric', name: 'loss', step: 1, value: 0.5 }));
    await vi.waitFor(() => expect(state.view.log).toHaveLength(1));
    expect([...state.view.metrics.get('loss')!]).toEqual([
      [0, 2],
      [1, 0.5],
    ]);
    expect(state.view.log[0]).toEqual({ sequence: 3, at: 5003, level: 'warning', message: 'slow' });
  });

  it('takes over changes of its own run only, and asks for the record when the run settles', async () => {
    const { client, state } = await open(exampleRun({ state: 'running', lastSequence: 1 }));
    client.send('runs.changes', exampleRun({ id: 'other', state: 'failed', lastSequence: 9 }));
    expect(state.detail!.state).toBe('running');
    client.send('runs.changes', exampleRun({ state: 'finished', lastSequence: 2 }));
    expect(state.detail!.state).toBe('finished');
    await vi.waitFor(() => expect(client.calls).toEqual(['runs.get', 'runs.get']));
  });

  it('listens again from where it was when a settled run is resumed', async () => {
    const run = exampleRun({ state: 'cancelled', lastSequence: 2 });
    const { client, state } = await open(run);
    client.send('runs.events', eventOf(2, { type: 'end', outcome: 'cancelled', error: null }));
    client.open('runs.events')!.handlers.onComplete!();
    expect([state.canResume, state.canCancel]).toEqual([true, false]);
    client.answers['runs.resume'] = () => ({ ...run, state: 'running', attempt: 2, lastSequence: 2 });
    await state.resume();
    expect(state.detail).toMatchObject({ state: 'running', attempt: 2 });
    expect([state.canResume, state.canCancel]).toEqual([false, true]);
    expect(client.open('runs.events')!.input).toEqual({ runId: 'r1', after: 2 });
  });

  it('shows why an action was refused and that it waits', async () => {
    const { client, state } = await open(exampleRun({ state: 'running' }));
    client.answers['runs.cancel'] = () => Promise.reject(new AppError('wrong_state', 'run r1 is finished'));
    const acting = state.cancel();
    expect(state.isActing).toBe(true);
    await acting;
    expect(state.isActing).toBe(false);
    expect(state.error).toMatchObject({ code: 'wrong_state', message: 'run r1 is finished' });
  });

  it('says so when there is no such run', async () => {
    const client = new FakeClient({ 'runs.get': () => Promise.reject(new AppError('unknown_run', 'none')) });
    const state = new RunDetailState(client, 'nope');
    await vi.waitFor(() => expect(state.error?.code).toBe('unknown_run'));
    expect(state.detail).toBeNull();
  });

  it('ends its subscriptions when it is closed, and changes no more', async () => {
    const { client, state } = await open(exampleRun({ state: 'running', lastSequence: 1 }));
    client.send('runs.events', eventOf(1, { type: 'log', level: 'info', message: 'late' }));
    state.close();
    await sleep(80);
    expect(client.subscriptions.some(({ isOpen }) => isOpen)).toBe(false);
    expect(state.view.log).toEqual([]);
  });
});

describe('StudyState', () => {
  const study = (overrides: Partial<StudyRecord> = {}): StudyRecord => ({
    id: 's1',
    template: 'quickstart',
    title: 'Quickstart',
    isBenchmark: false,
    state: 'running',
    error: null,
    createdAt: 1,
    steps: (['linear', 'standard'] as const).map((mode) => ({
      id: mode,
      title: mode,
      kind: 'edit-add' as const,
      dependsOn: [],
      runId: mode,
      state: 'finished' as const,
      reused: false,
    })),
    ...overrides,
  });

  function openStudy(record: StudyRecord) {
    const client = new FakeClient({
      'studies.get': () => record,
      'runs.get': ({ runId }) => ({
        ...exampleRun({ id: runId, kind: 'edit-add', state: 'finished' }),
        outputs: [
          {
            id: hex(runId === 'linear' ? '1' : '2', 0),
            kind: 'addition',
            sizeBytes: 1,
            createdAt: 0,
            role: 'addition',
            label: '',
          },
        ],
      }),
      'artifacts.json': ({ id }) => exampleAddition(id.startsWith('1') ? 'linear' : 'standard', 0.9),
    });
    return { client, state: new StudyState(client, 's1') };
  }

  it('collects the results of finished additions in the order of papers, each once', async () => {
    const { client, state } = openStudy(study());
    await vi.waitFor(() => expect(state.results).toHaveLength(2));
    expect(state.results.map(({ mode }) => mode)).toEqual(['standard', 'linear']);
    expect(state.finishedCount).toBe(2);
    client.send('studies.changes', study({ state: 'finished' }));
    await sleep(5);
    expect(client.calls.filter((path) => path === 'artifacts.json')).toHaveLength(2);
    expect(state.study!.state).toBe('finished');
  });

  it('shows a result that cannot be read, and tries again on the next change', async () => {
    const { client, state } = openStudy(study());
    const healthy = client.answers['artifacts.json'];
    client.answers['artifacts.json'] = () => Promise.reject(new AppError('artifact_damaged', 'altered'));
    await vi.waitFor(() => expect(state.error?.code).toBe('artifact_damaged'));
    client.answers['artifacts.json'] = healthy;
    client.send('studies.changes', study());
    await vi.waitFor(() => expect(state.results).toHaveLength(2));
    expect(state.error).toBeNull();
  });

  it('knows how far the runs of its own steps are', async () => {
    const { client, state } = openStudy(study());
    await vi.waitFor(() => expect(state.study).not.toBeNull());
    const progress = {
      phase: 'sweep',
      done: 3,
      total: 21,
      unit: 'coefficients',
      rate: null,
      etaMs: null,
      peakBytes: null,
    };
    client.send('runs.changes', exampleRun({ id: 'linear', progress }));
    client.send('runs.changes', exampleRun({ id: 'other', progress }));
    expect(state.progress).toEqual({ linear: progress });
    state.close();
    expect(client.subscriptions.some(({ isOpen }) => isOpen)).toBe(false);
  });

  const report: BenchmarkReport = {
    results: {
      format: 'tangent-benchmark-results/1',
      title: 'Small',
      model: 'starter',
      tasks: ['signs'],
      classCounts: [10],
      control: null,
      methods: [],
      randomInit: [],
      notes: [],
    },
    summary: {} as BenchmarkReport['summary'],
    tables: [],
    published: [],
    warnings: [],
  };

  function answerProtocols(client: FakeClient): void {
    const { name, title, description, benchmark } = smallBenchmark();
    client.answers['studies.definition'] = () => ({
      format: 'tangent-study/1',
      name,
      title,
      description,
      steps: [],
      benchmark,
    });
    client.answers['studies.template'] = ({ template }) => findStudyTemplate(template);
  }

  it('asks for the report of a benchmark whenever it has more results, and for no addition', async () => {
    const [first, second] = study().steps;
    const running = { ...second, state: 'running' as const };
    const { client, state } = openStudy(study({ isBenchmark: true, steps: [first, running] }));
    client.answers['studies.results'] = () => report;
    answerProtocols(client);
    await vi.waitFor(() => expect(state.report).toEqual(report));
    const asked = () => client.calls.filter((path) => path === 'studies.results');
    expect(asked()).toHaveLength(1);
    client.send('studies.changes', study({ isBenchmark: true, steps: [first, running] }));
    expect(asked()).toHaveLength(1);
    client.send('studies.changes', study({ isBenchmark: true }));
    expect(asked()).toHaveLength(2);
    expect(state.results).toEqual([]);
    expect(client.calls).not.toContain('artifacts.json');
  });

  it('shows why there is no report, and asks again on the next change', async () => {
    const { client, state } = openStudy(study({ isBenchmark: true }));
    client.answers['studies.results'] = () => Promise.reject(new AppError('artifact_damaged', 'altered'));
    await vi.waitFor(() => expect(state.error?.code).toBe('artifact_damaged'));
    client.answers['studies.results'] = () => report;
    answerProtocols(client);
    client.send('studies.changes', study({ isBenchmark: true }));
    await vi.waitFor(() => expect(state.report).toEqual(report));
    expect(state.error).toBeNull();
  });

  it('finds what the study did and what the paper did, once', async () => {
    const { client, state } = openStudy(study({ isBenchmark: true }));
    client.answers['studies.results'] = () => report;
    answerProtocols(client);
    await vi.waitFor(() => expect(state.protocols?.own.tasks).toHaveLength(2));
    expect(state.protocols?.paper.training.schedule).toMatchObject({ steps: 2000, warmupSteps: 200 });
    client.send('studies.changes', study({ isBenchmark: true }));
    await sleep(5);
    expect(client.calls.filter((path) => path === 'studies.definition')).toHaveLength(1);
  });

  it('stops a study, and says so if it cannot be stopped', async () => {
    const { client, state } = openStudy(study({ steps: [] }));
    await vi.waitFor(() => expect(state.canStop).toBe(true));
    client.answers['studies.stop'] = lost;
    await state.stop();
    expect(state.error?.code).toBe('connection_lost');
    client.answers['studies.stop'] = () => study({ state: 'stopped', steps: [] });
    await state.stop();
    expect([state.canStop, state.canContinue]).toEqual([false, true]);
  });

  it('continues a stopped study and listens to it again', async () => {
    const { client, state } = openStudy(study({ state: 'stopped', steps: [] }));
    await vi.waitFor(() => expect(state.canContinue).toBe(true));
    client.answers['studies.continue'] = () => study({ steps: [] });
    client.answers['studies.get'] = () => study({ steps: [] });
    await state.continue();
    expect(state.study!.state).toBe('running');
    expect(state.canContinue).toBe(false);
    const heard = client.subscriptions.filter(({ path }) => path === 'studies.changes');
    expect(heard.map(({ isOpen }) => isOpen)).toEqual([false, true]);
  });
});

describe('StudyListState', () => {
  it('asks again after runs have changed, but not for every change', async () => {
    const client = new FakeClient({ 'studies.list': () => [], 'studies.templates': () => [] });
    const state = new StudyListState(client);
    await sleep(0);
    for (let sequence = 1; sequence < 20; sequence += 1) {
      client.send('runs.changes', exampleRun({ lastSequence: sequence }));
    }
    await vi.waitFor(() => expect(client.calls.filter((path) => path === 'studies.list')).toHaveLength(2));
    state.close();
  });

  it('returns no study, and the reason, when a template cannot be started', async () => {
    const client = new FakeClient({
      'studies.list': () => [],
      'studies.templates': () => [],
      'studies.run': lost,
    });
    const state = new StudyListState(client);
    await sleep(0);
    await expect(state.start('quickstart')).resolves.toBeNull();
    expect(state.error?.code).toBe('connection_lost');
    expect(state.isStarting).toBe(false);
    state.close();
  });
});
