import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#contract/errors';
import type { ReportDocument, StoredReport } from '#contract/report';
import { ReportState, type ReportOrigin } from '#renderer/state/report-state.svelte.ts';
import { FakeClient } from '#test/support/fake-client';
import { exampleReport } from '#test/support/fake-reports';
import { stubStorage } from '#test/support/fake-storage';

const subject = { studyId: 'study1' };

let kept: Map<string, string>;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  kept = stubStorage();
});
afterEach(() => vi.useRealTimers());

async function open(origin: ReportOrigin, stored: ReportDocument = exampleReport()) {
  const saved: { reportId: string | null; document: ReportDocument }[] = [];
  const client = new FakeClient({
    'reports.suggest': () => exampleReport(),
    'reports.get': ({ reportId }) => ({ id: reportId, createdAt: 5, updatedAt: 5, document: stored }),
    'reports.save': ({ reportId, document: sent }): StoredReport => {
      const document = sent as ReportDocument;
      saved.push({ reportId, document });
      return { id: reportId ?? 'abc', createdAt: 5, updatedAt: Date.now(), document };
    },
  });
  const report = new ReportState(client, origin);
  await vi.advanceTimersByTimeAsync(0);
  const idsOf = () => report.document!.items.map(({ id }) => id);
  return { client, report, saved, idsOf };
}

describe('a report that is arranged', () => {
  it('is a suggestion until it is changed, is saved after a pause, and then under one id', async () => {
    const { report, saved } = await open({ subject });
    expect([report.saveState, report.reportId]).toEqual(['new', null]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(saved).toEqual([]);
    for (const title of ['M', 'My', 'My paper']) report.set({ title });
    expect(report.saveState).toBe('changed');
    await vi.advanceTimersByTimeAsync(5000);
    expect(saved.map(({ reportId, document }) => [reportId, document.title])).toEqual([[null, 'My paper']]);
    expect([report.saveState, report.reportId]).toEqual(['saved', 'abc']);
    report.move('training-loss', 0);
    await vi.advanceTimersByTimeAsync(5000);
    expect(saved.map(({ reportId }) => reportId)).toEqual([null, 'abc']);
    expect([...kept.keys()]).toEqual([]);
  });

  it('is saved once more if it was changed while it was saved, and never twice as a new one', async () => {
    const { client, report } = await open({ subject });
    const asked: { id: string | null; title: string; answer: () => void }[] = [];
    client.answers['reports.save'] = ({ reportId, document: sent }) =>
      new Promise((resolve) => {
        const document = sent as ReportDocument;
        const answer = () => resolve({ id: reportId ?? 'abc', createdAt: 5, updatedAt: 6, document });
        asked.push({ id: reportId, title: document.title, answer });
      });
    report.set({ title: 'first' });
    await vi.advanceTimersByTimeAsync(1000);
    report.set({ title: 'second' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked.map(({ title }) => title)).toEqual(['first']);
    asked[0].answer();
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked.map(({ id, title }) => [id, title])).toEqual([
      [null, 'first'],
      ['abc', 'second'],
    ]);
    expect(kept.size).toBe(1);
    asked[1].answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(report.saveState).toBe('saved');
    expect(kept.size).toBe(0);
  });

  it('is kept by the browser while the host is away, and goes on from there after a reload', async () => {
    const { client, report } = await open({ reportId: 'abc' });
    client.answers['reports.save'] = () => {
      throw new AppError('internal', 'The disk is full.');
    };
    report.set({ authors: 'Ada' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(report.saveState).toBe('failed');
    expect(report.error?.message).toContain('The disk is full.');
    const again = await open({ reportId: 'abc' });
    expect(again.report.document?.authors).toBe('Ada');
    await vi.advanceTimersByTimeAsync(1000);
    expect(again.saved.map(({ document }) => document.authors)).toEqual(['Ada']);
    expect((await open({ reportId: 'abc' })).report.document?.authors).toBe('');
  });

  it('is what the host has if that was saved later, or if another version kept it', async () => {
    const document = { ...exampleReport(), title: 'Kept' };
    kept.set('tangent.report.abc', JSON.stringify({ at: 4, document }));
    expect((await open({ reportId: 'abc' })).report.document?.title).toBe('Report of a study');
    kept.set('tangent.report.abc', JSON.stringify({ at: 9e9, document: { format: 'tangent-report/9' } }));
    expect((await open({ reportId: 'abc' })).report.document?.title).toBe('Report of a study');
    kept.set('tangent.report.abc', JSON.stringify({ at: 9e9, document }));
    expect((await open({ reportId: 'abc' })).report.document?.title).toBe('Kept');
  });

  it('is saved when it is left, and when the host has come back', async () => {
    const { client, report, saved } = await open({ reportId: 'abc' });
    const answer = client.answers['reports.save'];
    client.answers['reports.save'] = () => Promise.reject(new Error('lost'));
    report.set({ title: 'Mine' });
    await vi.advanceTimersByTimeAsync(1000);
    client.answers['reports.save'] = answer;
    await report.reload();
    expect(saved.map(({ document }) => document.title)).toEqual(['Mine']);
    report.set({ title: 'Yours' });
    report.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(saved.map(({ document }) => document.title)).toEqual(['Mine', 'Yours']);
  });

  it('is not saved without a title', async () => {
    const { report, saved } = await open({ reportId: 'abc' });
    report.set({ title: '' });
    await vi.advanceTimersByTimeAsync(5000);
    expect([report.saveState, saved.length]).toEqual(['untitled', 0]);
    report.set({ title: 'T' });
    await vi.advanceTimersByTimeAsync(5000);
    expect([report.saveState, saved.length]).toEqual(['saved', 1]);
  });

  it('takes changes back step by step, what was typed into one field at once', async () => {
    const { report, idsOf } = await open({ reportId: 'abc' });
    const before = report.document;
    const order = idsOf();
    for (const caption of ['a', 'ab', 'abc']) report.setItem('addition', { caption });
    report.remove('introduction');
    report.move('training-loss', 0);
    // Where it is already is no change.
    report.move('training-loss', 0);
    expect(idsOf()).toEqual(['training-loss', 'addition', 'alpha-addition']);
    report.undo();
    report.undo();
    expect(idsOf()).toEqual(order);
    expect(report.document!.items[1]).toMatchObject({ caption: 'abc' });
    report.undo();
    expect(report.document).toEqual(before);
    expect(report.canUndo).toBe(false);
    report.redo();
    report.redo();
    expect(idsOf()).toEqual(order.slice(1));
    report.setStyle({ preset: 'ieee' });
    expect(report.canRedo).toBe(false);
    expect(report.document!.style).toEqual({ preset: 'ieee', palette: 'color-blind' });
  });

  it('says under which id a piece was added', async () => {
    const { report, idsOf } = await open({ reportId: 'abc' });
    expect(report.add(report.document!.items[1], 'addition')).toBe('addition-2');
    expect(report.add({ kind: 'text', id: 'text', heading: '', text: '' }, null)).toBe('text');
    expect(idsOf()).toEqual([
      'introduction',
      'addition',
      'addition-2',
      'alpha-addition',
      'training-loss',
      'text',
    ]);
  });

  it('says why it cannot be shown', async () => {
    const client = new FakeClient({
      'reports.get': () => {
        throw new AppError('unknown_report', 'There is no report abc.');
      },
    });
    const report = new ReportState(client, { reportId: 'abc' });
    await vi.advanceTimersByTimeAsync(0);
    expect([report.document, report.error?.code]).toEqual([null, 'unknown_report']);
  });
});
