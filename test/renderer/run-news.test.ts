import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RunState } from '#contract/records';
import { tellRunNews } from '#renderer/state/run-news.ts';
import { ToastState } from '#renderer/state/toasts.svelte.ts';
import { FakeClient } from '#test/support/fake-client';
import { FakeHost } from '#test/support/fake-host';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', { location: { hash: '#/runs/looked-at' } });
  onTestFinished(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
});

function open() {
  const client = new FakeClient({});
  const toasts = new ToastState();
  tellRunNews(client, toasts);
  const host = new FakeHost();
  const say = (id: string, state: RunState) =>
    client.send('runs.changes', host.addRun('finetune', { id, title: id, state }));
  const run = (id: string, end: RunState) => {
    say(id, 'running');
    say(id, end);
  };
  return { run, say, texts: () => toasts.toasts.map(({ text }) => text) };
}

describe('news of runs', () => {
  it('count runs that finish one after the other, and name each that does not', () => {
    const { run, texts } = open();
    run('a', 'finished');
    expect(texts()).toEqual(['Finished: a']);
    run('b', 'finished');
    run('c', 'failed');
    run('d', 'finished');
    run('e', 'interrupted');
    expect(texts()).toEqual(['Failed: c', '3 runs have finished', 'Interrupted: e']);
    vi.advanceTimersByTime(10_000);
    expect(texts()).toEqual([]);
    run('f', 'finished');
    expect(texts()).toEqual(['Finished: f']);
  });

  it('are only of runs that ended while the page was open, by themselves, and unseen', () => {
    const { run, say, texts } = open();
    say('before', 'finished');
    run('stopped', 'cancelled');
    run('looked-at', 'finished');
    expect(texts()).toEqual([]);
  });
});
