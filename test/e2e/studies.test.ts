import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCatalog } from '#catalog/open-catalog';
import { benchmarkReportSchema } from '#contract/benchmark-report';
import { referenceNumbersSchema } from '#contract/reference-numbers';
import type { RunSpecOf } from '#contract/specs/index';
import type { StudyRecord } from '#contract/records';
import { benchmarkTemplateSchema, type BenchmarkTemplate } from '#contract/study-template';
import starter from '#resources/studies/starter-8.json';
import { runTangent, startTangent } from '#test/support/tangent-command';
import { sharedTempFolder, tempFolder } from '#test/support/temp-folder';

/** The benchmark in small: two tasks and a control, a few steps, three α. */
function smallBenchmark(): BenchmarkTemplate {
  const template = benchmarkTemplateSchema.parse(structuredClone(starter));
  const { benchmark } = template;
  const shrink = (task: BenchmarkTemplate['benchmark']['tasks'][number]) => ({
    ...task,
    data: { ...task.data, trainPerClass: 8, testPerClass: 4, valFraction: 0.5 },
  });
  const training = {
    ...benchmark.training,
    schedule: { steps: 6, warmupSteps: 1, batchSize: 16, clipNorm: 1, checkpointEvery: 3 },
  };
  return benchmarkTemplateSchema.parse({
    ...template,
    name: 'small-benchmark',
    presets: {},
    benchmark: {
      ...benchmark,
      tasks: benchmark.tasks.filter(({ name }) => name === 'digits' || name === 'signs').map(shrink),
      control: shrink(benchmark.control!),
      training,
      edits: { ...benchmark.edits, gridPoints: 3, batchSize: 64 },
      randomInit: { seed: 5, modes: ['standard'], training },
    },
  });
}

describe('a benchmark from the command line', { timeout: 240_000 }, () => {
  const folder = sharedTempFolder();
  const data = join(folder, 'data');
  const file = join(folder, 'small-benchmark.json');

  beforeAll(async () => {
    writeFileSync(file, JSON.stringify(smallBenchmark()));
    // Two processes at once: one owns the data directory, the other joins it, and both see one study.
    const both = [1, 2].map(() => startTangent(['study', 'run', file, '--data-dir', data, '--json']).ended);
    const ended = await Promise.all(both);
    for (const { code, stderr } of ended) expect(stderr + String(code)).toBe('0');
  }, 240_000);

  it('is one study, with every run once, when two processes start it at the same moment', () => {
    const catalog = openCatalog(join(data, 'catalog.sqlite'));
    const studies = catalog.studies.list();
    expect(studies).toHaveLength(1);
    const steps = catalog.studies.steps(studies[0].id);
    expect(catalog.runs.count()).toBe(steps.size);
    expect(steps.size).toBe(studies[0].template.steps.length);
    catalog.close();
  });

  it('prints absolute beside normalised accuracy, over seeds, and what a reviewer would say', async () => {
    const { code, stdout } = await runTangent('study', 'results', '--data-dir', data);
    expect(code).toBe(0);
    expect(stdout).toContain('±');
    expect(stdout).toMatch(/absolute.*normali[sz]ed/i);
    expect(stdout).toContain('What a reviewer would say');
  });

  it('gives everything behind the tables as JSON', async () => {
    const { values } = await runTangent('study', 'results', '--data-dir', data, '--json');
    const report = benchmarkReportSchema.parse(values[0]);
    expect(report.results.methods.map(({ method }) => method)).toEqual(['standard', 'posthoc', 'linear']);
    for (const { seeds } of report.results.methods) {
      expect(seeds.map(({ seed }) => seed)).toEqual([0, 1]);
      for (const { addition, negation } of seeds) {
        expect(addition?.testAtOne?.tasks).toHaveLength(2);
        expect(negation?.tasks.map(({ task }) => task)).toEqual(['signs', 'digits']);
      }
    }
    expect(report.results.randomInit[0].seeds[0].addition?.sweep).toHaveLength(3);
    expect(report.results.classCounts).toEqual([10, 10]);
  });

  it('writes every table in the formats of papers and of other programs', async () => {
    const to = join(tempFolder(), 'tables');
    const write = (format: string) =>
      runTangent(
        'study',
        'results',
        '--format',
        format,
        '--spread',
        'interval',
        '--to',
        to,
        '--data-dir',
        data,
      );
    for (const format of ['latex', 'markdown', 'csv', 'html'])
      expect(await write(format)).toMatchObject({ code: 0 });
    const read = (file: string) => readFileSync(join(to, file), 'utf8');
    expect(read('addition.tex')).toContain('half the 95 \\% interval');
    expect(read('negation.md')).toContain('| Method | α rule |');
    expect(read('negated.csv')).toMatch(/^table,row,column,/);
    expect(read('single-task.html')).toContain('<th scope="row">digits</th>');
  }, 120_000);

  it('writes files of the reference implementation, replaces none, and reads them again', async () => {
    const to = join(tempFolder(), 'results');
    const write = () =>
      runTangent('study', 'results', '--format', 'reference', '--to', to, '--seed', '1', '--data-dir', data);
    expect(await write()).toMatchObject({ code: 0 });
    const additions = JSON.parse(readFileSync(join(to, 'linear_additions.json'), 'utf8')) as { val: object };
    expect(Object.keys(additions.val)).toEqual(['0.0', '0.5', '1.0']);
    const again = await write();
    expect(again.code).not.toBe(0);
    expect(again.stderr).toContain('is there already; nothing was written');
    const read = await runTangent('study', 'read-results', to, '--data-dir', data);
    expect(read).toMatchObject({ code: 0 });
    expect(read.stdout).toMatch(/absolute.*normali[sz]ed/i);
  });

  it('writes reports whose studies make the same tables again in another data directory', async () => {
    const catalog = openCatalog(join(data, 'catalog.sqlite'));
    const [{ id, template }] = catalog.studies.list();
    const { runId } = catalog.studies.steps(id).get('add-linear-seed0')!;
    catalog.close();
    const out = tempFolder();
    const [whole, first, second] = ['whole', 'first', 'second'].map((name) => join(out, name));
    expect((await runTangent('report', '--out', whole, '--data-dir', data)).stderr).not.toContain('missing:');
    // Of the whole study it is the definition itself, so one addition with all it needs is made again.
    const study = JSON.parse(readFileSync(join(whole, 'specs', 'study.json'), 'utf8')) as unknown;
    expect(study).toEqual(template);
    expect(await runTangent('report', runId, '--out', first, '--data-dir', data)).toMatchObject({ code: 0 });
    const other = join(out, 'data');
    const again = await runTangent('study', 'run', join(first, 'specs'), '--data-dir', other);
    expect(again).toMatchObject({ code: 0 });
    expect(await runTangent('report', '--out', second, '--data-dir', other)).toMatchObject({ code: 0 });
    const tablesOf = (folder: string) =>
      readdirSync(join(folder, 'tables')).map((name) => [
        name,
        readFileSync(join(folder, 'tables', name), 'utf8'),
      ]);
    expect(tablesOf(first)).toHaveLength(5);
    expect(tablesOf(second)).toEqual(tablesOf(first));
  });

  it('makes again only what has vanished', async () => {
    const catalog = openCatalog(join(data, 'catalog.sqlite'));
    const steps = catalog.studies.steps(catalog.studies.list()[0].id);
    const [head] = catalog.artifacts.ofRun(steps.get('head-digits')!.runId, 'output');
    const before = catalog.runs.count();
    catalog.close();
    rmSync(join(data, 'artifacts', head.id.slice(0, 2), head.id.slice(2)));
    const { code, values } = await runTangent('study', 'run', file, '--data-dir', data, '--json');
    expect(code).toBe(0);
    const last = values.findLast((value) => 'steps' in value) as unknown as StudyRecord;
    expect(last.steps.filter(({ reused }) => !reused).map(({ id }) => id)).toEqual(['head-digits']);
    const after = openCatalog(join(data, 'catalog.sqlite'));
    expect(after.runs.count()).toBe(before + 1);
    after.close();
  });

  it('lists everything that the paper’s benchmark lacks, and starts nothing', async () => {
    const empty = tempFolder();
    const check = await runTangent('study', 'check', 'paper-8-vision', '--data-dir', empty);
    expect(check.code).toBe(2);
    for (const name of ['model', 'Cars', 'DTD', 'SVHN', 'ImageNet']) expect(check.stdout).toContain(name);
    const run = await runTangent('study', 'run', 'paper-8-vision', '--data-dir', empty);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('nothing was begun');
    const catalog = openCatalog(join(empty, 'catalog.sqlite'));
    expect(catalog.runs.count()).toBe(0);
    catalog.close();
  });

  it('searches coefficients exactly, and maps disentanglement, with the task vectors that were made', async () => {
    const catalog = openCatalog(join(data, 'catalog.sqlite'));
    const steps = catalog.studies.steps(catalog.studies.list()[0].id);
    const vectors = ['digits', 'signs'].flatMap((task) => {
      const { runId } = steps.get(`finetune-linear-${task}-seed0`)!;
      return ['--task-vector', `${runId}:taskVector`];
    });
    const outputOf = (step: string) => catalog.artifacts.ofRun(steps.get(step)!.runId, 'output');
    const dataset = outputOf('import-objects').find(({ kind }) => kind === 'dataset')!.id;
    const control = `${dataset},${outputOf('head-objects')[0].id}`;
    catalog.close();
    const sum = await runTangent('edit', 'search', ...vectors, '--data-dir', data);
    expect(sum.code).toBe(0);
    for (const row of ['best of the grid', 'exactly best', 'one for each task'])
      expect(sum.stdout).toContain(row);
    const negation = await runTangent('edit', 'search', ...vectors, '--control', control, '--data-dir', data);
    expect(negation.code).toBe(0);
    expect(negation.stdout).toContain('validation accuracy on objects');
    const map = await runTangent(
      'map',
      '--mode',
      'linear',
      ...vectors,
      '--grid-points',
      '3',
      '--data-dir',
      data,
    );
    expect(map.code).toBe(0);
    expect(map.stdout).toContain('Mean ξ for α in');
    const alone = await runTangent('map', ...vectors.slice(2), '--data-dir', data);
    expect(alone.code).toBe(2);
    expect(alone.stderr).toContain('two task vectors');
  });

  it('merges and combines task vectors, and says why the tangent space holds them apart', async () => {
    const catalog = openCatalog(join(data, 'catalog.sqlite'));
    const steps = catalog.studies.steps(catalog.studies.list()[0].id);
    const linear = ['digits', 'signs'].map((task) => {
      const { runId } = steps.get(`finetune-linear-${task}-seed0`)!;
      return { id: runId, spec: catalog.runs.spec(runId) as RunSpecOf<'finetune'> };
    });
    catalog.close();
    const vectors = linear.map(({ id }) => `${id}:taskVector`);
    const [first, second] = linear.map(({ spec }) => spec.inputs);
    const at = ['--data-dir', data];
    const pair = ['--mode', 'linear', ...vectors.flatMap((vector) => ['--task-vector', vector])];
    const ties = await runTangent('edit', 'merge', '--rule', 'ties', '--grid-points', '3', ...pair, ...at);
    expect(ties.stdout).toContain('merged by ties, normalised by single task');
    const wrong = await runTangent('edit', 'merge', '--rule', 'ties', '--shallow', '0.1', ...pair, ...at);
    expect(wrong.stderr).toContain('--rule ties does not use --shallow');
    const on = ['--mode', 'linear', '--grid-points', '3', '--on', `${first.dataset},${first.head}`];
    const analogy = ['--from', vectors[0], '--to', vectors[1], '--like', vectors[0]];
    const answered = await runTangent('edit', 'analogy', ...analogy, ...on, ...at);
    expect(answered.stdout).toContain('α chosen on validation');
    const few = ['--control', second.dataset, '--images', '4', '--outputs', '0,1'];
    const spectrum = await runTangent('ntk', '--task-vector', vectors[0], ...few, ...at);
    expect(spectrum.stdout).toContain('Local energy E_loc');
    expect(spectrum.stdout).toMatch(/first 4 +0\.500/);
    const fit = ['--train-images', '3', '--test-images', '5', '--ridge', '0.1,1', '--time', '2'];
    const predictor = await runTangent('kernel-predictor', '--task-vector', vectors[0], ...fit, ...at);
    expect(predictor.stdout).toContain('flow to time 2');
  });

  it('goes on with a study by its id, and refuses choices for a graph of runs', async () => {
    const { code, stdout } = await runTangent('study', 'continue', '--data-dir', data);
    expect(code).toBe(0);
    expect(stdout).toContain('Task addition');
    const graph = join(tempFolder(), 'graph.json');
    const steps = [{ id: 'look', title: 'Look', spec: { kind: 'inspect' } }];
    const facts = { format: 'tangent-study/1', name: 'mine', title: 'Mine', description: '' };
    writeFileSync(graph, JSON.stringify({ ...facts, steps }));
    const chosen = await runTangent('study', 'run', graph, '--seeds', '2', '--data-dir', data);
    expect(chosen.code).toBe(2);
    expect(chosen.stderr).toContain('seeds cannot be chosen');
  });

  it('prints a template that can be changed and checked as a file', async () => {
    const printed = await runTangent('study', 'template', 'starter-8', '--data-dir', data);
    const changed = join(tempFolder(), 'mine.json');
    writeFileSync(changed, printed.stdout);
    expect(await runTangent('study', 'check', changed, '--data-dir', data)).toMatchObject({ code: 0 });
    writeFileSync(changed, printed.stdout.replace('"gridPoints": 21', '"gridPoints": 1'));
    const wrong = await runTangent('study', 'check', changed, '--data-dir', data);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('benchmark.edits.gridPoints');
  });

  it('compares with the user’s own published numbers once they are given', async () => {
    const mine = join(tempFolder(), 'mine.json');
    const reference = (...args: string[]) => runTangent('study', 'reference', ...args, '--data-dir', data);
    expect(await reference('--to', mine)).toMatchObject({ code: 0 });
    const numbers = referenceNumbersSchema.parse(JSON.parse(readFileSync(mine, 'utf8')));
    const entries = numbers.entries.map((entry) =>
      entry.quantity === 'zeroShot' && entry.model === 'ViT-B-32'
        ? { ...entry, values: { absolute: 12.34 }, source: 'my own notes' }
        : entry,
    );
    writeFileSync(mine, JSON.stringify({ ...numbers, entries }));
    const results = tempFolder();
    const accuracies = numbers.suites['8-Vision'].flatMap((task) => [
      [task, 0.5],
      [`${task}Val`, 0.5],
    ]);
    for (const name of ['zeroshot_accuracies.json', 'ft_accuracies.json']) {
      writeFileSync(join(results, name), JSON.stringify(Object.fromEntries(accuracies)));
    }
    const read = async () =>
      (await runTangent('study', 'read-results', results, '--model', 'ViT-B-32', '--data-dir', data)).stdout;
    expect(await read()).not.toContain('12.3');
    expect(await reference('--use', mine)).toMatchObject({ code: 0 });
    const compared = await read();
    expect(compared).toContain('12.3');
    expect(compared).toContain('my own notes');
    writeFileSync(mine, '{}');
    expect(await reference('--use', mine)).toMatchObject({ code: 2 });
    expect(await reference('--reset')).toMatchObject({ code: 0 });
    expect(await read()).not.toContain('12.3');
  });
});
