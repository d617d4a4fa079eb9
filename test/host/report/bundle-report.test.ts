import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSpecText, type RunSpec } from '#contract/specs/index';
import { sha256 } from '#artifacts/sha256';
import type { ReportDocument } from '#contract/report';
import { studyGraphSchema } from '#contract/study-template';
import { bundleReport } from '#host/report/bundle-report';
import { suggestReport } from '#host/report/suggest-report';
import { checkStepOrder } from '#host/resolve-step';
import { benchmarkWorker, writeStarterModel } from '#test/support/benchmark-worker';
import { openTestHost, plantArtifacts, until } from '#test/support/host-fixture';
import { sharedTempFolder } from '#test/support/temp-folder';
import { hostWithBenchmark } from './host-with-benchmark';
import { sourcesOf } from './report-fixture';

const textOf = (files: ReadonlyMap<string, Uint8Array>, path: string): string =>
  new TextDecoder().decode(files.get(path));

const graphOf = (files: ReadonlyMap<string, Uint8Array>) =>
  studyGraphSchema.parse(JSON.parse(textOf(files, 'specs/study.json')));

describe('bundleReport', () => {
  const data = sharedTempFolder();

  it('has every file that it says it has, and the same bytes each time', async () => {
    const { host, studyId } = await hostWithBenchmark(data);
    const sources = sourcesOf(host);
    const document = suggestReport({ studyId }, sources);
    const { files, gaps } = await bundleReport(document, sources);
    // The made-up runs have no losses.
    expect(gaps.map(({ title }) => title)).toEqual(['Training curves']);
    expect([...files.keys()]).toEqual(
      expect.arrayContaining([
        ...['README.md', 'REPRODUCE.md', 'report.pdf', 'report.html', 'report.tex', 'references.bib'],
        ...['environment.json', 'specs/study.json', 'specs/runs.json', 'data/origins.json'],
        ...['tex', 'md', 'csv', 'html', 'txt'].map((ending) => `tables/addition.${ending}`),
        ...['svg', 'pdf', 'tex', 'csv'].map((ending) => `figures/addition-curve.${ending}`),
        ...['data/results.json', 'data/results.csv', 'data/reference/seed5/additions.json'],
      ]),
    );
    const readme = textOf(files, 'README.md');
    expect(readme).toContain('## What is missing');
    const runs = JSON.parse(textOf(files, 'specs/runs.json')) as { id: string; specHash: string }[];
    expect(runs).toHaveLength(host.catalog.runs.count());
    for (const { id, specHash } of runs) {
      const spec = JSON.parse(textOf(files, `specs/runs/${id}.json`)) as RunSpec;
      expect(sha256(runSpecText(spec))).toBe(specHash);
    }
    const origins = JSON.parse(textOf(files, 'data/origins.json')) as Record<string, { runId: string }[]>;
    expect(origins['tables/addition'].every(({ runId }) => readme.includes(runId))).toBe(true);
    const again = await bundleReport(document, sources);
    expect([...again.files.keys()]).toEqual([...files.keys()]);
    for (const [path, bytes] of again.files) expect(Buffer.compare(bytes, files.get(path)!), path).toBe(0);
  });

  it('has the study as it was started', async () => {
    const { host, studyId } = await hostWithBenchmark(data);
    const sources = sourcesOf(host);
    const { files } = await bundleReport(suggestReport({ studyId }, sources), sources);
    expect(graphOf(files)).toEqual(host.catalog.studies.get(studyId).template);
    expect(textOf(files, 'REPRODUCE.md')).toContain('study run specs');
    expect(textOf(files, 'REPRODUCE.md')).toContain('No other file is needed');
  });

  it('makes a study of runs, with all that made what they read, that another data directory runs', async () => {
    const { host, studyId } = await hostWithBenchmark(data);
    const { runId } = host.catalog.studies.steps(studyId).get('add-linear-seed3')!;
    const sources = sourcesOf(host);
    const { files } = await bundleReport(suggestReport({ runIds: [runId] }, sources), sources);
    const graph = graphOf(files);
    checkStepOrder(graph);
    expect(graph.steps.map(({ id }) => id).sort()).toEqual(
      [
        ...['edit-add-1', 'finetune-1', 'finetune-2', 'import-dataset-1', 'import-dataset-2'],
        ...['import-model-1', 'render-tasks-1', 'render-tasks-2', 'zero-shot-head-1', 'zero-shot-head-2'],
      ].sort(),
    );
    const text = JSON.stringify(graph);
    // Neither an artifact nor a folder of this data directory stands in it.
    expect(text).not.toMatch(/"[0-9a-f]{64}"/);
    expect(text).not.toContain(host.root);
    expect(text).toContain('"$renderedFolder":"signs"');
    expect(text).toContain('"$resource":"starter/clip"');

    const other = await openTestHost({ script: benchmarkWorker() });
    writeStarterModel(other.dataDirectory);
    const { id } = other.host.studies.start(graph);
    await until(other.host.studies.touched, () => other.host.studies.record(id).state !== 'running');
    expect(other.host.studies.record(id)).toMatchObject({ state: 'finished' });
  });

  it('names sources of the user’s own, and runs that are not made again', async () => {
    const { host } = await openTestHost();
    const planted = await plantArtifacts(host, [{ kind: 'model', role: 'model', content: 'weights' }]);
    const spec: RunSpec = {
      kind: 'initialize-model',
      specVersion: 1,
      params: { name: 'random' },
      inputs: { model: planted.ids[0] },
      seed: 4,
    };
    const run = host.catalog.runs.insert(spec, sha256(runSpecText(spec)), 'Draw | `it`', 5);
    host.catalog.artifacts.linkInputs(run.id, new Map([['model', planted.ids[0]]]));
    const document: ReportDocument = {
      ...emptyReport,
      subject: { runIds: [run.id] },
    };
    const { files } = await bundleReport(document, sourcesOf(host));
    const reproduce = textOf(files, 'REPRODUCE.md');
    expect(reproduce).toContain('/planted');
    expect(reproduce).toContain(sha256('planted'));
    expect(reproduce).toContain(`run ${run.id}, Draw \\| \\\`it\\\`: it is queued, not finished`);
    expect(graphOf(files).steps.map(({ id }) => id)).toEqual(['import-model-1']);
  });

  it('writes hostile titles, captions and names as what they are, and into no other folder', async () => {
    const { host, studyId } = await hostWithBenchmark(data);
    const hostile =
      '<script>alert(1)</script> \\input{/etc/passwd} =cmd() ../../x 中文 % _ `|`\n# no heading';
    const document: ReportDocument = {
      ...emptyReport,
      title: hostile,
      authors: hostile,
      subject: { studyId },
      items: [
        { kind: 'text', id: '../../text', heading: hostile, text: hostile },
        {
          kind: 'table',
          id: '../../table',
          source: { kind: 'benchmark', studyId, table: 'addition', published: null },
          caption: hostile,
        },
        {
          kind: 'table',
          id: `gap ${hostile}`,
          source: { kind: 'benchmark', studyId, table: hostile, published: null },
          caption: null,
        },
      ],
    };
    const { files, gaps } = await bundleReport(document, sourcesOf(host));
    expect(gaps).toHaveLength(1);
    for (const path of files.keys()) {
      expect(path).toMatch(/^[A-Za-z0-9_./-]+$/);
      expect(join('/bundle', path)).toBe(`/bundle/${path}`);
    }
    for (const path of [
      'README.md',
      'REPRODUCE.md',
      'report.html',
      'tables/addition.html',
      'tables/addition.md',
    ]) {
      expect(textOf(files, path)).not.toContain('<script>');
    }
    expect(textOf(files, 'README.md')).not.toMatch(/^# no heading/m);
    for (const path of ['report.tex', 'tables/addition.tex']) {
      expect(textOf(files, path)).not.toContain('\\input{/etc');
    }
    expect(graphOf(files).name).toBe('small-benchmark');
  });
});

const emptyReport: ReportDocument = {
  format: 'tangent-report/1',
  title: 'A report',
  authors: '',
  subject: { runIds: ['none'] },
  style: { preset: 'plain', palette: 'color-blind' },
  spread: 'deviation',
  items: [],
};
