import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppError } from '#contract/errors';
import type { EvaluationMode } from '#contract/specs/common';
import { LabState } from '#renderer/state/lab-state.svelte.ts';
import type { LabVector } from '#renderer/state/lab-vectors.ts';
import { FakeClient } from '#test/support/fake-client';
import { hex } from '#test/support/hex';

const vectors: LabVector[] = [1, 2].map((n) => ({
  id: hex('d', n),
  task: `data ${n}`,
  kind: 'linear',
  model: hex('a', 1),
  dataset: hex('b', n),
  head: hex('c', n),
  seed: 0,
}));

function openLab(mode: EvaluationMode) {
  const client = new FakeClient({});
  const lab = new LabState(client, vectors, mode);
  onTestFinished(() => lab.close());
  const asked = () =>
    client.subscriptions.map(({ input }) => (input as { scalingCoefs: number[] }).scalingCoefs);
  const answer = () => {
    const open = client.open('lab.ask')!;
    open.isOpen = false;
    const { scalingCoefs } = open.input as { scalingCoefs: number[] };
    const accuracies = scalingCoefs.map((coef, t) => ({
      task: `data ${t + 1}`,
      dataset: hex('b', t + 1),
      correct: 5 + 4 * coef,
      count: 10,
      top1: (5 + 4 * coef) / 10,
    }));
    open.handlers.onData({ type: 'answer', scalingCoefs, accuracies });
  };
  return { client, lab, asked, answer };
}

describe('a lab on the page', () => {
  it('asks for the pre-trained model first, then for each vector alone', () => {
    const { lab, asked, answer } = openLab('linear');
    expect(lab.shown).toBeNull();
    for (let n = 0; n < 3; n += 1) answer();
    expect(asked()).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
    ]);
    expect(lab.shown?.scalingCoefs).toEqual([0, 0]);
    expect(lab.pretrained?.map(({ top1 }) => top1)).toEqual([0.5, 0.5]);
    expect([0, 1].map((place) => lab.singleTask(place)?.top1)).toEqual([0.9, 0.9]);
    expect(lab.isAsking).toBe(false);
  });

  it('follows the hand one question at a time, and skips what the hand has left', () => {
    const { lab, asked, answer } = openLab('linear');
    answer();
    lab.set([0.1, 0]);
    lab.set([0.2, 0]);
    lab.set([0.3, 0]);
    // What was under way when the hand began to move is still answered, and not shown.
    answer();
    expect(lab.shown?.scalingCoefs).toEqual([0, 0]);
    answer();
    expect(asked()).toEqual([
      [0, 0],
      [1, 0],
      [0.3, 0],
      [0, 1],
    ]);
    expect(lab.shown?.scalingCoefs).toEqual([0.3, 0]);
    expect(lab.isCurrent).toBe(true);
  });

  it('shows a point again without asking', () => {
    const { lab, asked, answer } = openLab('linear');
    for (let n = 0; n < 3; n += 1) answer();
    lab.set([1, 0]);
    expect(lab.isCurrent).toBe(true);
    expect(asked()).toHaveLength(3);
  });

  it('lets the hand rest before it runs the network, and takes a question back that nobody needs', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { lab, asked, client, answer } = openLab('standard');
    answer();
    lab.set([0.1, 0]);
    vi.advanceTimersByTime(100);
    lab.set([0.2, 0]);
    expect(asked()).toHaveLength(2);
    vi.advanceTimersByTime(300);
    expect(asked().at(-1)).toEqual([0.2, 0]);
    expect(client.subscriptions.filter(({ isOpen }) => isOpen)).toHaveLength(1);
  });

  it('says what is wrong, and asks again when it is told to', () => {
    const { lab, asked, client, answer } = openLab('linear');
    client.open('lab.ask')!.handlers.onError(new AppError('lab_ended', 'out of memory'));
    expect(lab.error?.code).toBe('lab_ended');
    lab.set([0.4, 0.4]);
    expect(asked()).toHaveLength(1);
    client.subscriptions[0].isOpen = false;
    lab.retry();
    answer();
    expect(lab.error).toBeNull();
    expect(lab.shown?.scalingCoefs).toEqual([0.4, 0.4]);
  });

  it('passes on how far it is and what there is to know', () => {
    const { lab, client, answer } = openLab('posthoc');
    const { handlers } = client.open('lab.ask')!;
    handlers.onData({
      type: 'progress',
      phase: 'responses',
      done: 1,
      total: 2,
      unit: 'images',
      rate: null,
      etaMs: null,
      peakBytes: null,
    });
    expect(lab.progress?.phase).toBe('responses');
    handlers.onData({ type: 'warning', message: 'trained otherwise' });
    answer();
    expect(lab.warnings).toEqual(['trained otherwise']);
    expect(lab.progress).toBeNull();
  });
});
