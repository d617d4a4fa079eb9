import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { AppError, toPlainError } from '#contract/errors';
import type { LabItem } from '#contract/lab';
import { openTestHost } from '#test/support/host-fixture';
import type { ScriptedWorker } from '#test/support/scripted-launcher';
import { accuraciesAt, labSpec } from '#test/support/specs';

const answer = (scalingCoefs: number[]): LabItem => ({ type: 'answer', scalingCoefs, accuracies: [] });
const progress: LabItem = {
  type: 'progress',
  phase: 'responses',
  done: 1,
  total: 2,
  unit: 'images',
  rate: null,
  etaMs: null,
  peakBytes: null,
};
const never = () => new AbortController().signal;
const questionsTo = ({ requests }: ScriptedWorker) =>
  requests.filter((request) => request.type === 'question');
/** Lets what was sent arrive. */
const soon = () => new Promise((resolve) => setImmediate(resolve));

async function collect(items: AsyncIterable<LabItem>): Promise<LabItem[]> {
  const heard: LabItem[] = [];
  for await (const item of items) heard.push(item);
  return heard;
}

describe('LabService', () => {
  it('opens a worker with the first question, and asks it further ones', async () => {
    const { host, launcher } = await openTestHost();
    const first = collect(host.labs.ask(labSpec(), accuraciesAt([1, 0]), never()));
    const worker = launcher.last;
    expect(worker.requests[0]).toMatchObject({ type: 'lab', spec: labSpec() });
    worker.sayRaw({ question: null, item: progress });
    worker.sayRaw({ question: 0, item: answer([1, 0]) });
    expect(await first).toEqual([progress, answer([1, 0])]);
    const second = collect(host.labs.ask(labSpec(), accuraciesAt([0, 2]), never()));
    worker.sayRaw({ question: 1, item: answer([0, 2]) });
    expect(await second).toEqual([answer([0, 2])]);
    expect(launcher.workers).toHaveLength(1);
    expect(questionsTo(worker).map(({ scalingCoefs }) => scalingCoefs)).toEqual([
      [1, 0],
      [0, 2],
    ]);
  });

  it('gives each question its own answer, in whatever order they come', async () => {
    const { host, launcher } = await openTestHost();
    const asked = [[1], [2]].map((coefs) => collect(host.labs.ask(labSpec(), accuraciesAt(coefs), never())));
    launcher.last.sayRaw({ question: 1, item: answer([2]) });
    launcher.last.sayRaw({ question: 0, item: answer([1]) });
    expect(await Promise.all(asked)).toEqual([[answer([1])], [answer([2])]]);
  });

  it('takes a question back when nobody waits for it any more', async () => {
    const { host, launcher } = await openTestHost();
    const abort = new AbortController();
    const asked = collect(host.labs.ask(labSpec(), accuraciesAt([1]), abort.signal));
    abort.abort();
    expect(await asked).toEqual([]);
    expect(launcher.last.requests.at(-1)).toEqual({ type: 'withdraw', question: 0 });
  });

  it('passes an error on to the one who asked, and goes on', async () => {
    const { host, launcher } = await openTestHost();
    const asked = collect(host.labs.ask(labSpec(), accuraciesAt([1]), never()));
    const error = toPlainError(new AppError('invalid_input', '1 coefficient is given for 2 task vectors.'));
    launcher.last.sayRaw({ question: 0, error });
    await expect(asked).rejects.toMatchObject({ code: 'invalid_input' });
    const next = collect(host.labs.ask(labSpec(), accuraciesAt([1, 2]), never()));
    launcher.last.sayRaw({ question: 1, item: answer([1, 2]) });
    expect(await next).toHaveLength(1);
    expect(launcher.workers).toHaveLength(1);
  });

  it('tells all who wait that a lab cannot be opened, and tries again for the next', async () => {
    const { host, launcher } = await openTestHost();
    const asked = [[1], [2]].map((coefs) => collect(host.labs.ask(labSpec(), accuraciesAt(coefs), never())));
    const error = toPlainError(new AppError('artifact_damaged', 'the model is not there'));
    launcher.last.sayRaw({ question: null, error });
    for (const result of await Promise.allSettled(asked)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'artifact_damaged' } });
    }
    expect(launcher.last.isKilled).toBe(true);
    void collect(host.labs.ask(labSpec(), accuraciesAt([1]), never())).catch(() => undefined);
    expect(launcher.workers).toHaveLength(2);
  });

  it('says so when a lab dies', async () => {
    const { host, launcher } = await openTestHost();
    const asked = collect(host.labs.ask(labSpec(), accuraciesAt([1]), never()));
    launcher.last.exit({ code: null, signal: 'SIGKILL', lastWords: 'out of memory' });
    await expect(asked).rejects.toMatchObject({
      code: 'lab_ended',
      message: expect.stringContaining('out of memory') as string,
    });
  });

  it('does not trust a lab that says what is not a message', async () => {
    const { host, launcher } = await openTestHost();
    const asked = collect(host.labs.ask(labSpec(), accuraciesAt([1]), never()));
    launcher.last.sayRaw({ question: 0, item: 'nonsense' });
    await expect(asked).rejects.toMatchObject({ code: 'internal' });
    expect(launcher.last.isKilled).toBe(true);
  });

  it('keeps two labs open, and ends the one that was not asked for longest', async () => {
    const { host, launcher } = await openTestHost();
    for (const seed of [1, 2, 1, 3]) {
      const asked = collect(host.labs.ask(labSpec({ seed }), accuraciesAt([seed]), never()));
      const worker = launcher.workers.findLast(
        ({ requests }) => requests[0].type === 'lab' && requests[0].spec.seed === seed,
      )!;
      const { question } = questionsTo(worker).at(-1)!;
      worker.sayRaw({ question, item: answer([seed]) });
      await asked;
    }
    await soon();
    expect(launcher.workers.map(({ isKilled }) => isKilled)).toEqual([false, true, false]);
  });

  it('tells everybody who asks what was to know when it was opened', async () => {
    const { host, launcher } = await openTestHost();
    const warning = { type: 'warning', message: 'trained otherwise' } as const;
    for (const question of [0, 1]) {
      const asked = collect(host.labs.ask(labSpec(), accuraciesAt([1]), never()));
      if (question === 0) launcher.last.sayRaw({ question: null, item: warning });
      launcher.last.sayRaw({ question, item: answer([1]) });
      expect(await asked).toEqual([warning, answer([1])]);
    }
  });

  it('ends a lab that was kept over the limit because it was busy', async () => {
    const { host, launcher } = await openTestHost();
    const asked = [1, 2, 3].map((seed) =>
      collect(host.labs.ask(labSpec({ seed }), accuraciesAt([seed]), never())),
    );
    expect(launcher.workers.map(({ isKilled }) => isKilled)).toEqual([false, false, false]);
    launcher.workers[1].sayRaw({ question: 0, item: answer([2]) });
    await asked[1];
    expect(launcher.workers.map(({ isKilled }) => isKilled)).toEqual([false, true, false]);
    for (const at of [0, 2]) {
      launcher.workers[at].sayRaw({ question: 0, item: answer([1]) });
      await asked[at];
    }
  });

  it('ends a lab that nobody has asked for long', async () => {
    const { host, launcher } = await openTestHost();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      for (const question of [0, 1]) {
        const asked = collect(host.labs.ask(labSpec(), accuraciesAt([1]), never()));
        launcher.last.sayRaw({ question, item: answer([1]) });
        await asked;
        vi.advanceTimersByTime(14 * 60_000);
      }
      expect(launcher.last.isKilled).toBe(false);
      vi.advanceTimersByTime(2 * 60_000);
      expect(launcher.last.isKilled).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('removes what another version of the program wrote down', async () => {
    const { host, launcher } = await openTestHost();
    const { labs } = host.directory;
    await mkdir(join(labs, 'older', 'lab'), { recursive: true });
    const asked = collect(host.labs.ask(labSpec(), accuraciesAt([1]), never()));
    launcher.last.sayRaw({ question: 0, item: answer([1]) });
    await asked;
    await vi.waitFor(async () => expect(await readdir(labs)).not.toContain('older'));
    expect(launcher.last.requests[0]).toMatchObject({
      labDirectory: expect.stringMatching(/[0-9a-f]{16}.[0-9a-f]{16}$/) as string,
    });
  });

  it('opens no lab when the host is closing', async () => {
    const { host, launcher, close } = await openTestHost();
    await close();
    await expect(collect(host.labs.ask(labSpec(), accuraciesAt([1]), never()))).rejects.toMatchObject({
      code: 'lab_ended',
    });
    expect(launcher.workers).toHaveLength(0);
  });

  it('ends its labs with the host', async () => {
    const { host, launcher, close } = await openTestHost();
    const asked = collect(host.labs.ask(labSpec(), accuraciesAt([1]), never()));
    await Promise.all([close(), expect(asked).rejects.toMatchObject({ code: 'lab_ended' })]);
    expect(launcher.alive).toBe(0);
  });
});
