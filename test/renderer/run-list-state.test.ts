import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppError } from '#contract/errors';
import { noRuns, type RunDetail } from '#contract/records';
import { ChosenRuns } from '#renderer/state/chosen-runs.svelte.ts';
import { QueueState } from '#renderer/state/queue-state.svelte.ts';
import { RunListState, type RunListFilter } from '#renderer/state/run-list-state.svelte.ts';
import { FakeClient } from '#test/support/fake-client';
import { FakeHost } from '#test/support/fake-host';

function exampleRun(overrides: Partial<RunDetail> = {}): RunDetail {
  return new FakeHost().addRun('finetune', { id: 'r1', createdAt: 1000, ...overrides });
}

/** A list in front of a host that has these runs, newest first, and answers as the contract says. */
async function openList(runs: RunDetail[], filter?: RunListFilter) {
  const asked: number[] = [];
  const found = (states: readonly string[] | undefined) =>
    runs.filter(({ state }) => states === undefined || states.includes(state));
  const client = new FakeClient({
    'runs.counts': () => {
      const counts = { ...noRuns };
      for (const { state } of runs) counts[state] += 1;
      return counts;
    },
    'runs.list': ({ states, limit = 200, offset = 0 }) => {
      asked.push(offset);
      return found(states).slice(offset, offset + limit);
    },
    'runs.queue': () => found(['queued']).toReversed(),
  });
  const list = new RunListState(client, filter);
  onTestFinished(() => list.close());
  await vi.waitFor(() => expect(list.isLoaded).toBe(true));
  return { client, list, asked, runs };
}

const ids = (list: RunListState) => list.runs.map(({ id }) => id);

describe('RunListState', () => {
  it('shows what the host has and follows changes', async () => {
    const runs = [exampleRun({ id: 'r2', state: 'finished' }), exampleRun()];
    const { client, list } = await openList(runs);
    expect(ids(list)).toEqual(['r2', 'r1']);
    runs[1] = exampleRun({ state: 'failed', lastSequence: 4 });
    client.send('runs.changes', runs[1]);
    expect(list.runs[1].state).toBe('failed');
    runs.unshift(exampleRun({ id: 'r3' }));
    client.send('runs.changes', runs[0]);
    await vi.waitFor(() => expect(ids(list)).toEqual(['r3', 'r2', 'r1']));
    expect(list.counts).toEqual({ ...noRuns, queued: 1, finished: 1, failed: 1 });
    expect(list.total).toBe(3);
    list.close();
    expect(client.open('runs.changes')).toBeUndefined();
  });

  it('does not go back to an answer that was overtaken by a change', async () => {
    const { client, list, runs } = await openList([exampleRun({ state: 'running', lastSequence: 3 })]);
    client.send('runs.changes', exampleRun({ state: 'finished', lastSequence: 9 }));
    await list.reload();
    expect(runs[0].state).toBe('running');
    expect(list.runs[0].state).toBe('finished');
  });

  it('holds only the pages around the rows that are looked at', async () => {
    const runs = Array.from({ length: 100_000 }, (_, n) => ({ ...exampleRunOnce, id: `r${n}` }));
    const { list, asked } = await openList(runs);
    expect(list.total).toBe(100_000);
    list.lookAt(90_000, 90_040);
    expect(list.rows(90_000, 90_001)).toEqual([null, null]);
    await vi.waitFor(() => expect(list.rows(90_000, 90_000)[0]?.id).toBe('r90000'));
    expect(list.rows(90_000, 90_040).map((run) => run?.id)).toEqual(
      Array.from({ length: 41 }, (_, n) => `r${90_000 + n}`),
    );
    expect(asked).toEqual([0, 89_800, 90_000, 90_200]);
    expect(list.runs).toHaveLength(600);
    list.lookAt(90_010, 90_050);
    expect(asked).toHaveLength(4);
    list.lookAt(99_990, 99_999);
    await vi.waitFor(() => expect(list.rows(99_999, 99_999)[0]?.id).toBe('r99999'));
    expect(asked.slice(4)).toEqual([99_600, 99_800]);
  });

  it('shows no run twice, though one came between the answers for two pages', async () => {
    const runs = Array.from({ length: 500 }, (_, n) => ({ ...exampleRunOnce, id: `r${n}` }));
    const { client, list } = await openList(runs);
    const answer = client.answers['runs.list']!;
    client.answers['runs.list'] = (input) => {
      const page = answer(input);
      runs.unshift({ ...exampleRunOnce, id: `new${runs.length}` });
      return page;
    };
    list.lookAt(150, 250);
    await vi.waitFor(() => expect(list.rows(210, 210)[0]).not.toBeNull());
    expect(new Set(ids(list)).size).toBe(ids(list).length);
  });

  it('asks again at most twice a second, however much changes, and ends with the newest', async () => {
    const runs = [exampleRun({ id: 'r0' })];
    const { client, list, asked } = await openList(runs);
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    for (let n = 1; n <= 50; n++) {
      runs.unshift(exampleRun({ id: `r${n}` }));
      client.send('runs.changes', runs[0]);
    }
    await vi.advanceTimersByTimeAsync(600);
    expect(asked).toHaveLength(3);
    expect(list.runs).toHaveLength(51);
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toHaveLength(3);
  });

  it('keeps what it has when the host is lost, and forgets the error on the next answer', async () => {
    const { client, list } = await openList([exampleRun()]);
    const { answers } = client;
    const healthy = answers['runs.list']!;
    answers['runs.list'] = () => Promise.reject(new AppError('connection_lost', 'gone'));
    await list.reload();
    expect(list.error?.code).toBe('connection_lost');
    expect(list.runs).toHaveLength(1);
    answers['runs.list'] = healthy;
    await list.reload();
    expect(list.error).toBeNull();
  });

  it('shows what another filter finds, whichever answer comes first', async () => {
    const answers: (() => void)[] = [];
    const client = new FakeClient({
      'runs.counts': () => ({ ...noRuns, running: 1 }),
      'runs.list': ({ states }) =>
        new Promise((resolve) =>
          answers.push(() => resolve([exampleRun({ id: states === undefined ? 'old' : 'new' })])),
        ),
    });
    const list = new RunListState(client);
    onTestFinished(() => list.close());
    list.show({ states: ['running'], text: 'cars' });
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]();
    await vi.waitFor(() => expect(ids(list)).toEqual(['new']));
    answers[0]();
    await Promise.resolve();
    expect(ids(list)).toEqual(['new']);
    expect(list.total).toBe(1);
  });
});

const exampleRunOnce = exampleRun();

describe('ChosenRuns', () => {
  it('keeps runs that have scrolled away, acts on those that can be acted on, and says what was refused', async () => {
    const { client, list } = await openList([
      exampleRun({ id: 'a' }),
      exampleRun({ id: 'b', state: 'failed' }),
    ]);
    const chosen = new ChosenRuns(client, list);
    await chosen.chooseFound({ states: null, text: '' });
    chosen.set(exampleRun({ id: 'away', state: 'cancelled', tags: ['old'] }), true);
    expect(chosen.runs.map(({ id }) => id)).toEqual(['a', 'b', 'away']);
    expect(chosen.cancellable.map(({ id }) => id)).toEqual(['a']);
    expect(chosen.resumable.map(({ id }) => id)).toEqual(['b', 'away']);
    const resumed: string[] = [];
    client.answers['runs.resume'] = ({ runId }) => {
      resumed.push(runId);
      if (runId === 'b') throw new AppError('wrong_state', 'not this one');
      return exampleRun({ id: runId });
    };
    await chosen.act('runs.resume', chosen.resumable);
    expect(resumed).toEqual(['b', 'away']);
    expect(chosen.error?.message).toBe('not this one');
    client.answers['runs.annotate'] = ({ runIds, addTags = [] }) =>
      runIds.map((id) => exampleRun({ id, tags: [...addTags] }));
    await chosen.tag(['paper'], ['old']);
    expect(chosen.error).toBeNull();
    chosen.set(chosen.runs[0], false);
    expect(chosen.has('a')).toBe(false);
    chosen.clear();
    expect(chosen.runs).toEqual([]);
  });
});

describe('QueueState', () => {
  it('moves runs, and shows what is queued where a move came too late', async () => {
    const queued = (...names: string[]) => names.map((id) => exampleRun({ id }));
    const moves: unknown[] = [];
    const client = new FakeClient({
      'runs.queue': () => queued('a', 'b', 'c'),
      'runs.move': (move) => {
        moves.push(move);
        return queued('c', 'a', 'b');
      },
    });
    const queue = new QueueState(client);
    onTestFinished(() => queue.close());
    await vi.waitFor(() => expect(queue.runs.map(({ id }) => id)).toEqual(['a', 'b', 'c']));
    await queue.move('c', 0);
    expect(queue.runs.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
    await queue.move('c', 2);
    expect(moves).toEqual([
      { runId: 'c', before: 'a' },
      { runId: 'c', before: null },
    ]);
    client.answers['runs.move'] = () => Promise.reject(new AppError('wrong_state', 'it has started'));
    client.answers['runs.queue'] = () => queued('b', 'c');
    await queue.move('a', 0);
    expect(queue.error?.message).toBe('it has started');
    expect(queue.runs.map(({ id }) => id)).toEqual(['b', 'c']);
    client.answers['runs.queue'] = () => queued('c');
    client.send('runs.changes', exampleRun({ id: 'b', state: 'running' }));
    await vi.waitFor(() => expect(queue.runs.map(({ id }) => id)).toEqual(['c']));
    expect(queue.error).toBeNull();
  });
});
