import { describe, expect, it } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import type { RunSpec } from '#contract/specs/index';
import type { Host } from '#host/open-host';
import { suggestReport } from '#host/report/suggest-report';
import { openTestHost, plantArtifacts } from '#test/support/host-fixture';
import { sharedTempFolder } from '#test/support/temp-folder';
import { hostWithBenchmark } from './host-with-benchmark';
import { sourcesOf } from './report-fixture';

const outputOf = (host: Host, studyId: string, step: string, wanted: string): string => {
  const { runId } = host.catalog.studies.steps(studyId).get(step)!;
  return host.catalog.artifacts.ofRun(runId, 'output').find(({ kind }) => kind === wanted)!.id;
};

/** Puts a finished map of the study's task vectors into the catalog. */
async function plantMap(host: Host, studyId: string, mode: 'standard' | 'linear', points: number) {
  const task = (name: string) => ({
    dataset: outputOf(host, studyId, `import-${name}`, 'dataset'),
    head: outputOf(host, studyId, `head-${name}`, 'head'),
    taskVector: outputOf(host, studyId, `finetune-${mode}-${name}-seed3`, 'task-vector'),
  });
  const spec: RunSpec = {
    kind: 'disentanglement',
    specVersion: 1,
    params: {
      mode,
      split: 'test',
      cells: { shape: 'map', from: -1, to: 1, points },
      imageCount: 10,
      batchSize: 10,
      engine: 'auto',
    },
    inputs: {
      model: outputOf(host, studyId, 'import-model', 'model'),
      tasks: [task('signs'), task('digits')],
    },
    seed: 0,
  };
  const content = `map ${mode} ${points}`;
  return (await plantArtifacts(host, [{ kind: 'disentanglement', role: 'map', content }], spec)).runId;
}

describe('suggestReport', () => {
  const data = sharedTempFolder();

  it('has every table and figure that a benchmark can come to, under readable ids', async () => {
    const { host, studyId } = await hostWithBenchmark(data);
    const report = suggestReport({ studyId }, sourcesOf(host));
    expect(report.title).toBe('Small benchmark');
    expect(report.items.map(({ id }) => id)).toEqual([
      'text-about',
      ...['table-addition', 'figure-alpha-addition', 'table-added', 'figure-added'],
      ...['table-negation', 'figure-alpha-negation', 'table-negated'],
      ...['figure-negated-target', 'figure-negated-control', 'table-single-task', 'figure-single-task'],
      ...['table-non-linear-advantage', 'figure-advantage-posthoc', 'figure-advantage-linear'],
      ...['table-random-init', 'figure-random-init', 'figure-training'],
    ]);
    expect(suggestReport({ studyId }, sourcesOf(host))).toEqual(report);
  });

  it('puts maps of the study’s task vectors side by side, the finest of each mode', async () => {
    const { host, studyId } = await hostWithBenchmark(data);
    const linear = await plantMap(host, studyId, 'linear', 5);
    const fine = await plantMap(host, studyId, 'standard', 7);
    await plantMap(host, studyId, 'standard', 3);
    const { items } = suggestReport({ studyId }, sourcesOf(host));
    const sources = items.flatMap((item) => (item.kind === 'figure' ? [item.source] : []));
    expect(sources.filter(({ kind }) => kind === 'disentanglement')).toEqual([
      { kind: 'disentanglement', runIds: [fine, linear] },
    ]);
  });

  it('compares runs, and refuses those that show nothing', async () => {
    const { host, studyId } = await hostWithBenchmark(data);
    const steps = host.catalog.studies.steps(studyId);
    const runIds = ['add-linear-seed3', 'add-standard-seed3'].map((step) => steps.get(step)!.runId);
    const report = suggestReport({ runIds }, sourcesOf(host));
    expect(report.items.map(({ id }) => id.replace(/[0-9a-f]{8}$/, ''))).toEqual([
      'table-comparison',
      ...['table-edit-add-linear-', 'figure-sweep-edit-add-linear-'],
      ...['table-edit-add-standard-', 'figure-sweep-edit-add-standard-'],
    ]);
    const model = [steps.get('import-model')!.runId];
    expect(() => suggestReport({ runIds: model }, sourcesOf(host))).toThrow('No figure or table');
  });

  it('says at the end how much a report has no room for', async () => {
    const { host } = await openTestHost();
    const runIds: string[] = [];
    for (let n = 0; n < 160; n += 1) {
      const id = sha256(String(n));
      const spec: RunSpec = {
        kind: 'edit-add',
        specVersion: 2,
        params: { mode: 'linear', gridPoints: 2, batchSize: 1, engine: 'auto' },
        inputs: { model: id, tasks: [{ dataset: id, head: id, taskVector: id }] },
        seed: 0,
      };
      runIds.push((await plantArtifacts(host, [], spec)).runId);
    }
    const { items } = suggestReport({ runIds }, sourcesOf(host));
    expect(items).toHaveLength(300);
    expect(items.at(-1)).toMatchObject({ kind: 'text', text: expect.stringMatching(/^22 more/) as string });
  });
});
