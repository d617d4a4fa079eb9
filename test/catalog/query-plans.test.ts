import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ArtifactTable } from '#catalog/artifacts';
import { EventTable } from '#catalog/events';
import { openDatabase } from '#catalog/open-database';
import { RunTable } from '#catalog/runs';
import { StudyTable } from '#catalog/studies';

/** Returns how SQLite would execute the statements that `ask` sends. */
function plansOf(ask: (tables: Tables) => unknown): string {
  const database = openDatabase(':memory:');
  onTestFinished(() => void database.close());
  const tables = {
    runs: new RunTable(database),
    events: new EventTable(database),
    artifacts: new ArtifactTable(database),
    studies: new StudyTable(database),
  };
  const prepare = vi.spyOn(database, 'prepare');
  ask(tables);
  const statements = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();
  expect(statements).not.toEqual([]);
  return statements
    .flatMap((sql) => {
      const values = Array.from(sql.matchAll(/\?/g), () => null);
      return database
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...values)
        .map(({ detail }) => detail);
    })
    .join('\n');
}

interface Tables {
  readonly runs: RunTable;
  readonly events: EventTable;
  readonly artifacts: ArtifactTable;
  readonly studies: StudyTable;
}

describe('the list views', () => {
  it.each<[string, (tables: Tables) => unknown, RegExp]>([
    ['runs of one state', ({ runs }) => runs.list({ limit: 9, states: ['failed'] }), /runs_by_state/],
    ['runs of one kind', ({ runs }) => runs.list({ limit: 9, kinds: ['finetune'] }), /runs_by_kind/],
    ['queued runs', ({ runs }) => runs.queued(), /runs_in_queue/],
    ['runs of one spec', ({ runs }) => runs.withSpec('hash'), /runs_by_spec/],
    ['a page of all runs', ({ runs }) => runs.list({ limit: 9, offset: 90 }), /^SCAN runs$/],
    ['all runs', ({ runs }) => runs.list({ limit: 9 }), /^SCAN runs$/],
    ['events of a run', ({ events }) => events.list('x', 5), /PRIMARY KEY \(run_id=\? AND sequence>\?\)/],
    ['metrics of a run', ({ events }) => events.metrics('x'), /PRIMARY KEY \(run_id=\?\)/],
    ['outputs of a run', ({ artifacts }) => artifacts.ofRun('x', 'output'), /\(run_id=\? AND direction=\?\)/],
    [
      'artifacts of a kind',
      ({ artifacts }) => artifacts.list({ kinds: ['model'], text: 'vit', limit: 9 }),
      /artifacts_by_kind/,
    ],
    ['studies', ({ studies }) => studies.list(), /^SCAN studies$/],
    ['steps of a study', ({ studies }) => studies.steps('x'), /PRIMARY KEY \(study_id=\?\)/],
  ])('find %s in order, without sorting', (_, ask, index) => {
    const plan = plansOf(ask);
    expect(plan).toMatch(index);
    expect(plan).not.toContain('TEMP B-TREE');
  });

  it('look artifacts up by the beginning of their id', () => {
    const plan = plansOf(({ artifacts }) => artifacts.beginningWith('ab'));
    expect(plan).toMatch(/PRIMARY KEY \(id>\? AND id<\?\)/);
    expect(plan).not.toContain('TEMP B-TREE');
  });

  it('look an artifact up by its lineage index', () => {
    const plan = plansOf(({ artifacts }) => {
      expect(() => artifacts.find('abcd')).toThrow();
    });
    expect(plan).toContain('run_artifacts_by_artifact (artifact_id=? AND direction=?)');
  });
});
