import { describe, expect, it } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import { openDatabase } from '#catalog/open-database';
import { RunTable } from '#catalog/runs';
import { matchesRun, parseRunSearch } from '#contract/run-search';
import { runSpecText } from '#contract/specs/index';
import { addRun, openTestCatalog, say } from '#test/support/catalog-fixture';
import { finetuneSpec, renderSpec } from '#test/support/specs';

describe('RunTable', () => {
  it('adds a queued run and gives its spec back', () => {
    const catalog = openTestCatalog();
    const spec = finetuneSpec();
    const hash = sha256(runSpecText(spec));
    const run = catalog.runs.insert(spec, hash, 'a title', 1234);
    expect(run).toEqual({
      id: run.id,
      kind: 'finetune',
      specHash: hash,
      title: 'a title',
      state: 'queued',
      attempt: 1,
      createdAt: 1234,
      startedAt: null,
      endedAt: null,
      elapsedMs: 0,
      progress: null,
      error: null,
      lastSequence: 0,
      tags: [],
      note: '',
    });
    expect(run.id).toMatch(/^[0-9a-hjkmnp-tv-z]{8}$/);
    expect(catalog.runs.spec(run.id)).toEqual(spec);
    expect(catalog.runs.get(run.id)).toEqual(run);
    expect(catalog.runs.count()).toBe(1);
  });

  it('lists the newest first, also if the clock was set back', () => {
    const catalog = openTestCatalog();
    const ids = [3000, 1000, 2000].map((now) => addRun(catalog, renderSpec(), now).id);
    expect(catalog.runs.list({ limit: 10 }).map(({ id }) => id)).toEqual(ids.toReversed());
  });

  it('lists only runs in certain states and of certain kinds', () => {
    const catalog = openTestCatalog();
    const render = addRun(catalog);
    const finetune = addRun(catalog, finetuneSpec());
    const cancelled = addRun(catalog, finetuneSpec());
    say(catalog, cancelled.id, { type: 'end', outcome: 'cancelled', error: null });
    catalog.runs.markRunning(render.id, 1);
    const idsOf = (filter: Parameters<RunTable['list']>[0]) => catalog.runs.list(filter).map(({ id }) => id);
    expect(idsOf({ limit: 9, kinds: ['finetune'] })).toEqual([cancelled.id, finetune.id]);
    expect(idsOf({ limit: 9, states: ['queued', 'running'] })).toEqual([finetune.id, render.id]);
    expect(idsOf({ limit: 9, states: ['queued', 'running'], kinds: ['finetune', 'evaluate'] })).toEqual([
      finetune.id,
    ]);
    expect(idsOf({ limit: 9, states: [] })).toEqual([]);
  });

  it('pages through all runs without repeating or leaving out any', () => {
    const catalog = openTestCatalog();
    const ids = Array.from({ length: 7 }, (_, seed) => addRun(catalog, renderSpec(seed)).id).reverse();
    const seen: string[] = [];
    for (;;) {
      const page = catalog.runs.list({ limit: 3, offset: seen.length });
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id));
    }
    expect(seen).toEqual(ids);
  });

  it('starts queued runs as they were moved, and others after them as they were submitted', () => {
    const catalog = openTestCatalog();
    const [a, b, c, d] = [0, 1, 2, 3].map((seed) => addRun(catalog, renderSpec(seed)).id);
    const order = () => catalog.runs.queued().map(({ id }) => id);
    catalog.runs.move(c, a);
    expect(order()).toEqual([c, a, b, d]);
    catalog.runs.move(c, null);
    expect(order()).toEqual([a, b, d, c]);
    const e = addRun(catalog, renderSpec(4)).id;
    expect(order()).toEqual([a, b, d, c, e]);
    // What was started and comes back is a newcomer, before those that were submitted after it.
    catalog.runs.markRunning(a, 5);
    say(catalog, a, { type: 'end', outcome: 'cancelled', error: null });
    catalog.runs.requeue(a);
    expect(order()).toEqual([b, d, c, a, e]);
    catalog.runs.move(b, b);
    expect(order()).toEqual([b, d, c, a, e]);
  });

  it('moves only what is in the queue', () => {
    const catalog = openTestCatalog();
    const [a, b] = [0, 1].map((seed) => addRun(catalog, renderSpec(seed)).id);
    catalog.runs.markRunning(a, 5);
    const refusal = expect.objectContaining({ code: 'wrong_state', data: { runId: a } }) as Error;
    expect(() => catalog.runs.move(a, b)).toThrow(refusal);
    expect(() => catalog.runs.move(b, a)).toThrow(refusal);
  });

  it('keeps tags and notes, which are searched for', () => {
    const catalog = openTestCatalog();
    const { id } = addRun(catalog);
    const other = addRun(catalog, renderSpec(1));
    catalog.runs.annotate(id, {
      addTags: ['paper', 'Good'],
      removeTags: [],
      note: 'compare with\nthe second seed',
    });
    catalog.runs.annotate(id, { addTags: ['paper', 'done'], removeTags: ['Good', 'absent'] });
    expect(catalog.runs.get(id)).toMatchObject({
      tags: ['done', 'paper'],
      note: 'compare with\nthe second seed',
    });
    const found = (text: string) => catalog.runs.list({ limit: 9, text }).map((run) => run.id);
    expect(found('#PAPER')).toEqual([id]);
    expect(found('second')).toEqual([id]);
    expect(found('-#paper')).toEqual([other.id]);
    for (const text of ['#paper', '-#paper', 'second seed', '#good OR #done'])
      expect(found(text)).toEqual(
        catalog.runs
          .list({ limit: 9 })
          .filter((run) => matchesRun(run, parseRunSearch(text)))
          .map((run) => run.id),
      );
  });

  it('finds a run by a unique beginning of its id', () => {
    const database = openDatabase(':memory:');
    const runs = new RunTable(database);
    for (const id of ['abcd0001', 'abcd0002', 'xyz00001']) {
      database
        .prepare('UPDATE runs SET id = ? WHERE id = ?')
        .run(id, runs.insert(renderSpec(), 'hash', '', 1).id);
    }
    expect(runs.resolveId('x')).toBe('xyz00001');
    expect(runs.resolveId('abcd0002')).toBe('abcd0002');
    expect(() => runs.resolveId('abcd')).toThrow(
      expect.objectContaining({ code: 'ambiguous_id', data: { prefix: 'abcd' } }),
    );
    for (const prefix of ['q', '%', '_bcd0001', 'ABCD0001', 'abcd00011']) {
      expect(() => runs.resolveId(prefix)).toThrow(expect.objectContaining({ code: 'unknown_run' }));
    }
    database.close();
  });

  it('says which run is unknown', () => {
    const catalog = openTestCatalog();
    const unknown = expect.objectContaining({ code: 'unknown_run', data: { runId: 'nothing' } }) as Error;
    expect(() => catalog.runs.get('nothing')).toThrow(unknown);
    expect(() => catalog.runs.spec('nothing')).toThrow(unknown);
  });

  it('gives queued runs in the order of their submission, and the runs of one spec newest first', () => {
    const catalog = openTestCatalog();
    const [first, second, third] = [renderSpec(1), renderSpec(2), renderSpec(1)].map((spec) =>
      addRun(catalog, spec),
    );
    expect(catalog.runs.queued().map(({ id }) => id)).toEqual([first.id, second.id, third.id]);
    expect(catalog.runs.withSpec(first.specHash).map(({ id }) => id)).toEqual([third.id, first.id]);
    catalog.runs.markRunning(first.id, 1);
    expect(catalog.runs.queued().map(({ id }) => id)).toEqual([second.id, third.id]);
  });

  it('undoes everything of a transaction that fails', () => {
    const catalog = openTestCatalog();
    const work = () =>
      catalog.transaction(() => {
        const { id } = addRun(catalog);
        catalog.artifacts.linkInputs(id, new Map([['model', sha256('not in the catalog')]]));
      });
    expect(work).toThrow(/FOREIGN KEY/);
    expect(catalog.runs.count()).toBe(0);
  });
});
