import { describe, expect, it } from 'vitest';
import type { RunSpec } from '#contract/specs/index';
import { collectResults } from '#host/benchmark/collect-results';
import { planStudy } from '#host/benchmark/plan-study';
import type { Host } from '#host/open-host';
import { benchmarkWorker, writeStarterModel } from '#test/support/benchmark-worker';
import { smallBenchmark, unchosen } from '#test/support/benchmarks';
import published from '#resources/reference/tangent-task-arithmetic.json';
import { parseReferenceNumbers } from '#report/reference-numbers';
import { reportBenchmark } from '#report/report-benchmark';
import { openTestHost, until } from '#test/support/host-fixture';
import { renderSpec } from '#test/support/specs';

/** Runs the small benchmark until it rests; runs that are left out fail. */
async function runBenchmark(isLeftOut?: (spec: RunSpec) => boolean): Promise<{ host: Host; id: string }> {
  const { host, dataDirectory } = await openTestHost({ script: benchmarkWorker(isLeftOut), maxWorkers: 4 });
  writeStarterModel(dataDirectory);
  const { id } = host.studies.start(await planStudy(smallBenchmark(), unchosen, host));
  await until(host.studies.touched, () => host.studies.record(id).state !== 'running');
  return { host, id };
}

const collect = ({ host, id }: { host: Host; id: string }) =>
  collectResults(host.catalog.studies.get(id), host);

describe('collectResults', () => {
  it('collects every method and seed of a finished benchmark, and the random θ0', async () => {
    const run = await runBenchmark();
    expect(run.host.studies.record(run.id)).toMatchObject({ state: 'finished', isBenchmark: true });
    const results = await collect(run);
    expect(results).toMatchObject({
      format: 'tangent-benchmark-results/1',
      title: 'Small benchmark',
      model: 'starter',
      tasks: ['signs', 'digits'],
      classCounts: [10, 10],
      control: 'objects',
    });
    expect(results.methods.map(({ method }) => method)).toEqual(['standard', 'posthoc', 'linear']);
    for (const { method, seeds } of results.methods) {
      expect(seeds.map(({ seed }) => seed)).toEqual([3, 5]);
      for (const { addition, negation } of seeds) {
        expect(addition?.mode).toBe(method);
        expect(negation?.mode).toBe(method);
      }
    }
    expect(results.randomInit).toMatchObject([
      { method: 'standard', seeds: [{ seed: 77, addition: { mode: 'standard' }, negation: null }] },
    ]);
  });

  it('names tasks and control as the benchmark does, whatever their datasets are called', async () => {
    const { methods, randomInit } = await collect(await runBenchmark());
    const { addition, negation } = methods[0].seeds[0];
    for (const accuracies of [
      addition!.test,
      addition!.testAtOne!,
      addition!.pretrained,
      addition!.singleTask.val,
      addition!.singleTask.test,
      addition!.sweep[0].val,
      randomInit[0].seeds[0].addition!.test,
    ]) {
      expect(accuracies.tasks.map(({ task }) => task)).toEqual(['signs', 'digits']);
    }
    expect(negation!.pretrainedControl.val.task).toBe('objects');
    expect(negation!.tasks.map(({ task, test, sweep }) => [task, test, sweep[1].val])).toMatchObject(
      ['signs', 'digits'].map((task) => [
        task,
        { target: { task }, control: { task: 'objects' } },
        { target: { task }, control: { task: 'objects' } },
      ]),
    );
  });

  it('gives tables without a gap', async () => {
    const results = await collect(await runBenchmark());
    const { tables } = reportBenchmark(results, parseReferenceNumbers(published));
    const byTask = tables.flatMap(({ rows }) =>
      rows.filter(({ head }) => ['signs', 'digits'].includes(head)),
    );
    expect(byTask.length).toBeGreaterThan(8);
    for (const { cells } of byTask) expect(cells.filter(({ kind }) => kind === 'empty')).toEqual([]);
  });

  it('has null for what is not finished', async () => {
    const run = await runBenchmark(
      ({ kind, params, seed }) =>
        kind === 'edit-negate' ||
        (kind === 'finetune' && params.mode === 'linear' && seed === 5) ||
        kind === 'initialize-model',
    );
    expect(run.host.studies.record(run.id).state).toBe('stopped');
    const { methods, randomInit } = await collect(run);
    const isThere = methods.map(({ seeds }) => seeds.map(({ addition }) => addition !== null));
    expect(isThere).toEqual([
      [true, true],
      [true, true],
      [true, false],
    ]);
    expect(methods.flatMap(({ seeds }) => seeds).every(({ negation }) => negation === null)).toBe(true);
    expect(randomInit[0].seeds[0].addition).toBeNull();
  });

  it('refuses a benchmark that has measured nothing yet', async () => {
    const run = await runBenchmark(({ kind }) => kind === 'import-model');
    await expect(collect(run)).rejects.toMatchObject({ code: 'study_unmeasured', data: { studyId: run.id } });
  });

  it('refuses a study that is no benchmark', async () => {
    const { host } = await openTestHost({ script: (worker) => worker.end('finished') });
    const steps = [{ id: 'render', title: 'Draw', spec: renderSpec() }];
    const graph = { format: 'tangent-study/1' as const, name: 'mine', title: 'Mine', description: '', steps };
    const { id } = host.studies.start(graph);
    await until(host.studies.touched, () => host.studies.record(id).state !== 'running');
    expect(host.studies.record(id).isBenchmark).toBe(false);
    await expect(collect({ host, id })).rejects.toMatchObject({
      code: 'invalid_input',
      data: { studyId: id },
    });
  });
});
