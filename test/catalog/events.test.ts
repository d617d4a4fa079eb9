import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import { openCatalog } from '#catalog/open-catalog';
import { AppError, toPlainError } from '#contract/errors';
import type { RunEvent } from '#contract/events';
import { addRun, artifactEvent, openTestCatalog, say } from '#test/support/catalog-fixture';
import { exampleEnvironment } from '#test/support/scripted-launcher';
import { tempFolder } from '#test/support/temp-folder';

const failure = toPlainError(new AppError('diverged', 'The loss is NaN.', { step: 3 }));

describe('EventTable', () => {
  it('gives back what was said, in order and after a sequence number', () => {
    const catalog = openTestCatalog();
    const { id: runId } = addRun(catalog);
    const events: RunEvent[] = [1, 2, 3].map((sequence) => ({
      runId,
      sequence,
      attempt: 1,
      at: 1000 + sequence,
      body: { type: 'log', level: 'info', message: `line ${sequence}` },
    }));
    for (const event of events) catalog.events.append(event);
    expect(catalog.events.list(runId, 0)).toEqual(events);
    expect(catalog.events.list(runId, 2)).toEqual(events.slice(2));
    expect(catalog.events.list(runId, 0, 2)).toEqual(events.slice(0, 2));
    expect(catalog.runs.get(runId).lastSequence).toBe(3);
  });

  it.each([
    ['repeated', 1],
    ['skipped', 3],
    ['before the first', 0],
  ])('refuses a sequence number that is %s, and stores nothing of that event', (_, sequence) => {
    const catalog = openTestCatalog();
    const { id: runId } = addRun(catalog);
    say(catalog, runId, { type: 'log', level: 'info', message: 'first' });
    const append = () =>
      catalog.events.append({ runId, sequence, attempt: 1, at: 1, body: artifactEvent('weights') });
    expect(append).toThrow(expect.objectContaining({ code: 'internal', data: { runId, sequence } }));
    expect(catalog.events.list(runId, 0)).toHaveLength(1);
    expect(catalog.runs.get(runId).lastSequence).toBe(1);
    expect(catalog.artifacts.ofRun(runId, 'output')).toEqual([]);
    expect(() => catalog.artifacts.find(sha256('weights'))).toThrow(AppError);
  });

  it('stores nothing of an event whose consequences cannot be stored', () => {
    const catalog = openTestCatalog();
    const { id: runId } = addRun(catalog);
    const noNumber = { type: 'metric', name: 'loss', step: 1, value: NaN } as const;
    expect(() => say(catalog, runId, noNumber)).toThrow(/NOT NULL/);
    expect(catalog.events.list(runId, 0)).toEqual([]);
    expect(catalog.runs.get(runId).lastSequence).toBe(0);
  });

  it('refuses an event of a run that does not exist', () => {
    const catalog = openTestCatalog();
    const body = { type: 'log', level: 'info', message: '' } as const;
    expect(() => catalog.events.append({ runId: 'none', sequence: 1, attempt: 1, at: 1, body })).toThrow(
      AppError,
    );
  });

  it('keeps the newest progress and the environment with the run', () => {
    const catalog = openTestCatalog();
    const { id } = addRun(catalog);
    expect(catalog.runs.environment(id)).toBeNull();
    say(catalog, id, { type: 'environment', environment: exampleEnvironment });
    const progress = {
      phase: 'fine-tuning',
      done: 1,
      total: 4,
      unit: 'steps',
      rate: null,
      etaMs: null,
      peakBytes: null,
    };
    say(catalog, id, { type: 'progress', ...progress });
    say(catalog, id, { type: 'progress', ...progress, done: 2, rate: 8, etaMs: 250 });
    expect(catalog.runs.environment(id)).toEqual(exampleEnvironment);
    expect(catalog.runs.get(id).progress).toEqual({ ...progress, done: 2, rate: 8, etaMs: 250 });
  });

  it('keeps one value for each step when a resumed run says metrics again', () => {
    const catalog = openTestCatalog();
    const { id } = addRun(catalog);
    const metric = (name: string, step: number, value: number) =>
      say(catalog, id, { type: 'metric', name, step, value });
    metric('loss', 2, 0.5);
    metric('loss', 10, 0.25);
    catalog.runs.requeue(id);
    metric('loss', 10, 0.125);
    metric('learningRate', 2, 0.001);
    expect(catalog.events.metrics(id)).toEqual([
      { name: 'learningRate', step: 2, value: 0.001 },
      { name: 'loss', step: 2, value: 0.5 },
      { name: 'loss', step: 10, value: 0.125 },
    ]);
    expect(catalog.events.list(id, 0)).toHaveLength(4);
  });

  it('notes an artifact as the output of its run, and replaces the one of an earlier attempt', () => {
    const catalog = openTestCatalog();
    const { id } = addRun(catalog);
    say(catalog, id, artifactEvent('half', { label: 'first' }), 5000);
    say(catalog, id, artifactEvent('whole', { label: 'second' }), 6000);
    expect(catalog.artifacts.ofRun(id, 'output')).toEqual([
      {
        id: sha256('whole'),
        kind: 'model',
        role: 'model',
        label: 'second',
        sizeBytes: 5,
        createdAt: 6000,
      },
    ]);
  });

  it.each([
    ['finished', null],
    ['failed', failure],
    ['cancelled', null],
  ] as const)('settles a run that has %s', (outcome, error) => {
    const catalog = openTestCatalog();
    const { id } = addRun(catalog);
    catalog.runs.markRunning(id, 2000);
    say(catalog, id, { type: 'end', outcome, error }, 2500);
    expect(catalog.runs.get(id)).toMatchObject({ state: outcome, error, endedAt: 2500, elapsedMs: 500 });
  });

  it('counts the time of all attempts, and none for a run that never started', () => {
    const catalog = openTestCatalog();
    const { id } = addRun(catalog);
    catalog.runs.markRunning(id, 10_000);
    catalog.events.markInterrupted(id, failure, 10_300);
    catalog.runs.requeue(id);
    expect(catalog.runs.get(id)).toMatchObject({ state: 'queued', attempt: 2, endedAt: null, error: null });
    catalog.runs.markRunning(id, 90_000);
    say(catalog, id, { type: 'end', outcome: 'finished', error: null }, 90_040);
    expect(catalog.runs.get(id).elapsedMs).toBe(340);

    const never = addRun(catalog);
    say(catalog, never.id, { type: 'end', outcome: 'cancelled', error: null }, 99_000);
    expect(catalog.runs.get(never.id)).toMatchObject({ state: 'cancelled', elapsedMs: 0, startedAt: null });
  });

  it('does not count time backwards when the clock was set back', () => {
    const catalog = openTestCatalog();
    const { id } = addRun(catalog);
    catalog.runs.markRunning(id, 5000);
    say(catalog, id, { type: 'end', outcome: 'finished', error: null }, 4000);
    expect(catalog.runs.get(id).elapsedMs).toBe(0);
  });

  it('marks a run without an end event as interrupted, and says nothing in its name', () => {
    const catalog = openTestCatalog();
    const { id } = addRun(catalog);
    catalog.runs.markRunning(id, 1000);
    const error = toPlainError(new AppError('worker_crashed', 'It is gone.', { runId: id }));
    catalog.events.markInterrupted(id, error, 1700);
    expect(catalog.runs.get(id)).toMatchObject({
      state: 'interrupted',
      error,
      endedAt: 1700,
      elapsedMs: 700,
    });
    expect(catalog.events.list(id, 0)).toEqual([]);
  });

  it('puts what was stored into the database file itself when it is flushed', () => {
    const file = join(tempFolder(), 'catalog.sqlite');
    const catalog = openCatalog(file);
    const { id } = addRun(catalog);
    say(catalog, id, { type: 'log', level: 'info', message: 'a needle' });
    expect(readFileSync(file).includes('a needle')).toBe(false);
    catalog.flush();
    expect(readFileSync(file).includes('a needle')).toBe(true);
    catalog.close();
  });
});
