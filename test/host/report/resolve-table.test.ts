import { describe, expect, it } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import type { ArtifactKind } from '#contract/events';
import { runSpecText, type RunSpec, type RunSpecOf } from '#contract/specs/index';
import { planStudy } from '#host/benchmark/plan-study';
import type { Host } from '#host/open-host';
import { resolveTable } from '#host/report/resolve-table';
import type { ReportSources } from '#host/report/report-sources';
import { writeTable } from '#report/tables/write-table';
import { benchmarkWorker, writeStarterModel } from '#test/support/benchmark-worker';
import { smallBenchmark, unchosen } from '#test/support/benchmarks';
import { openTestHost, until } from '#test/support/host-fixture';
import { finetuneSpec, renderSpec } from '#test/support/specs';
import { exampleAddition } from '#test/report/example-benchmark';
import { exampleEvaluation } from '#test/report/tables/example-runs';

const sourcesOf = (host: Host): ReportSources => ({
  ...host,
  appVersion: '0.1.0',
  resourcesDirectory: host.root,
});

interface Planted {
  readonly spec: RunSpec;
  readonly title?: string;
  /** Artifacts that it reads, by role. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly outputs?: readonly {
    readonly kind: ArtifactKind;
    readonly label: string;
    readonly content: string;
  }[];
  readonly metrics?: Readonly<Record<string, number>>;
  readonly isOpen?: boolean;
}

/** Puts a run into a host as if it had been executed; returns its id and those of what it made. */
async function plant(host: Host, { spec, title = 'A run', inputs, outputs = [], ...said }: Planted) {
  const { catalog, artifacts } = host;
  const { id: runId } = catalog.runs.insert(spec, sha256(runSpecText(spec)), title, 1);
  catalog.artifacts.linkInputs(runId, new Map(Object.entries(inputs ?? {})));
  let sequence = 0;
  const say = (body: Parameters<typeof catalog.events.append>[0]['body']) => {
    sequence += 1;
    catalog.events.append({ runId, sequence, attempt: 1, at: 2, body });
  };
  for (const { kind, label, content } of outputs) {
    const { id: artifactId, sizeBytes } = await artifacts.put(Buffer.from(content));
    say({ type: 'artifact', artifactId, kind, role: kind, label, sizeBytes });
  }
  for (const [name, value] of Object.entries(said.metrics ?? {}))
    say({ type: 'metric', name, step: 9, value });
  if (said.isOpen !== true) say({ type: 'end', outcome: 'finished', error: null });
  catalog.flush();
  return { runId, made: outputs.map(({ content }) => sha256(content)) };
}

describe('the table of a benchmark', () => {
  it('comes with the runs that it is made of, and with what was published of a model', async () => {
    const { host, dataDirectory } = await openTestHost({ script: benchmarkWorker(), maxWorkers: 4 });
    writeStarterModel(dataDirectory);
    const { id: studyId } = host.studies.start(await planStudy(smallBenchmark(), unchosen, host));
    await until(host.studies.touched, () => host.studies.record(studyId).state !== 'running');
    const sources = sourcesOf(host);
    const resolve = (table: string, published: string | null = null) =>
      resolveTable({ kind: 'benchmark', studyId, table, published }, sources);

    const { content, origins } = await resolve('addition');
    expect(content.id).toBe('addition');
    const kinds = (found: typeof origins) =>
      new Set(found.map(({ runId }) => host.catalog.runs.get(runId).kind));
    // Three methods and two seeds.
    expect(origins).toHaveLength(6);
    expect(kinds(origins)).toEqual(new Set(['edit-add']));
    for (const { runId, specHash, title } of origins) {
      expect(host.catalog.runs.get(runId)).toMatchObject({ specHash, title });
    }
    expect(kinds((await resolve('negated')).origins)).toEqual(new Set(['edit-negate']));
    expect((await resolve('random-init')).origins).toHaveLength(1);

    const heads = (table: typeof content) => table.columns.map(({ head }) => head);
    expect(heads(content)).not.toContain('paper: absolute');
    expect(heads((await resolve('addition', 'ViT-B-32')).content)).toContain('paper: absolute');
    await expect(resolve('addition', 'ViT-Z')).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(resolve('no-such')).rejects.toMatchObject({
      code: 'nothing_to_show',
      message: expect.stringContaining('has no table no-such') as string,
    });

    const file = await host.reports.writeTable({
      source: { kind: 'benchmark', studyId, table: 'addition', published: null },
      format: 'markdown',
      spread: 'interval',
    });
    expect(file).toMatchObject({ name: 'addition.md', mediaType: 'text/markdown' });
    expect(new TextDecoder().decode(file.bytes)).toBe(writeTable(content, 'markdown', 'interval'));
  });
});

describe('the table of a run', () => {
  it('is its result, or the last metrics of a training, by a beginning of its id', async () => {
    const { host } = await openTestHost();
    const sources = sourcesOf(host);
    const content = JSON.stringify(exampleEvaluation);
    const evaluated = await plant(host, {
      spec: renderSpec(1),
      title: '<script> | =1',
      outputs: [
        { kind: 'import-report', label: 'other', content: '{}' },
        { kind: 'evaluation', label: 'digits', content },
      ],
    });
    const run = (runId: string) => resolveTable({ kind: 'run', runId }, sources);
    const { content: table, origins } = await run(evaluated.runId.slice(0, 7));
    expect(table).toMatchObject({ title: '<script> | =1', rowHead: 'Task' });
    expect(origins).toMatchObject([{ runId: evaluated.runId, title: '<script> | =1' }]);
    // Named alike wherever it is made.
    expect(table.id).toBe(`render-tasks-${origins[0].specHash.slice(0, 8)}`);

    const trained = await plant(host, { spec: finetuneSpec(), metrics: { loss: 0.5 } });
    expect((await run(trained.runId)).content.rows).toMatchObject([{ head: 'loss' }]);
  });

  it('is nothing to show where it has not finished, or measures nothing', async () => {
    const { host } = await openTestHost();
    const open = await plant(host, { spec: finetuneSpec(), metrics: { loss: 1 }, isOpen: true });
    const idle = await plant(host, { spec: renderSpec(2) });
    const sources = sourcesOf(host);
    const gap = (runId: string) =>
      resolveTable({ kind: 'run', runId }, sources).catch((error: unknown) => error);
    expect(await gap(open.runId)).toMatchObject({
      code: 'nothing_to_show',
      message: `A run (${open.runId}) is queued: its results are not there.`,
    });
    expect(await gap(idle.runId)).toMatchObject({
      code: 'nothing_to_show',
      message: `A run (${idle.runId}) measures nothing that a table could show.`,
    });
    expect(await gap('zzzzzz')).toMatchObject({ code: 'unknown_run' });
    await expect(resolveTable({ kind: 'comparison', runIds: [idle.runId] }, sources)).rejects.toMatchObject({
      code: 'nothing_to_show',
    });
  });
});

describe('the table of a comparison', () => {
  it('has the settings that differ, and one row for runs that differ in seeds alone', async () => {
    const { host } = await openTestHost();
    const trained = (seed: number, steps: number, loss: number) => {
      const spec = finetuneSpec();
      const schedule = { ...spec.params.schedule, steps };
      return plant(host, {
        spec: { ...spec, params: { ...spec.params, schedule }, seed },
        title: 'Fine-tune',
        metrics: { loss },
      });
    };
    const runs = [
      await trained(0, 100, 1),
      await trained(0, 200, 5),
      await trained(1, 100, 3),
      // Once more: no further seed.
      await trained(1, 100, 3),
    ];
    const { content, origins } = await resolveTable(
      { kind: 'comparison', runIds: runs.map(({ runId }) => runId) },
      sourcesOf(host),
    );
    expect(origins).toHaveLength(4);
    const [first, second, , again] = runs.map(({ runId }) => `Fine-tune (${runId})`);
    expect(writeTable(content, 'text', 'deviation').split('\n').slice(0, 4)).toEqual([
      'Run\tschedule.steps\tseed\tloss',
      `${first}\t100\t0, 1\t2.000 ± 1.414`,
      `${second}\t200\t0\t5.000`,
      `${again}\t100\t1\t3.000`,
    ]);
  });

  it('takes edits of vectors of other seeds for seeds, and vectors of other trainings for settings', async () => {
    const { host } = await openTestHost();
    const vector = async (seed: number, steps: number) => {
      const spec = finetuneSpec();
      const schedule = { ...spec.params.schedule, steps };
      const { made } = await plant(host, {
        spec: { ...spec, params: { ...spec.params, schedule }, seed },
        outputs: [{ kind: 'task-vector', label: 'digits (linear)', content: `τ ${seed} ${steps}` }],
      });
      return made[0];
    };
    const added = async (taskVector: string, correct: number) => {
      const spec: RunSpecOf<'edit-add'> = {
        kind: 'edit-add',
        specVersion: 2,
        params: { mode: 'linear', gridPoints: 21, batchSize: 8, engine: 'auto' },
        inputs: {
          model: sha256('model'),
          tasks: [{ dataset: sha256('dataset'), head: sha256('head'), taskVector }],
        },
        seed: 0,
      };
      const result = exampleAddition('linear', {
        single: [1000, 1000],
        added: [correct, correct],
        atOne: [500, 500],
      });
      const { runId } = await plant(host, {
        spec,
        title: 'Add 1 task',
        inputs: { 'tasks.0.taskVector': taskVector },
        outputs: [{ kind: 'addition', label: 'sum', content: JSON.stringify(result) }],
      });
      return runId;
    };
    const vectors = [await vector(0, 100), await vector(1, 100), await vector(0, 200)];
    const runIds = [await added(vectors[0], 700), await added(vectors[1], 800), await added(vectors[2], 900)];
    const { content } = await resolveTable({ kind: 'comparison', runIds }, sourcesOf(host));
    const lines = writeTable(content, 'text', 'interval').split('\n');
    expect(lines.slice(0, 3).map((line) => line.split('\t').slice(0, 4))).toEqual([
      ['Run', 'tasks.taskVector', 'α', 'absolute'],
      [
        `Add 1 task (${runIds[0]})`,
        `digits (linear) (${vectors[0].slice(0, 8)})`,
        '0.50 ± 0.00',
        '75.0 ± 63.5',
      ],
      [`Add 1 task (${runIds[2]})`, `digits (linear) (${vectors[2].slice(0, 8)})`, '0.50', '90.0'],
    ]);
  });
});
