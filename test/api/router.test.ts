import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sha256 } from '#artifacts/sha256';
import { buildRouter, createRouter } from '#api/router';
import type { Handlers } from '#api/handlers';
import { hostApi, type HostApi } from '#contract/api';
import { AppError, errorCatalogue } from '#contract/errors';
import type { StudyRecord } from '#contract/records';
import { benchmarkWorker, writeStarterModel } from '#test/support/benchmark-worker';
import { smallBenchmark } from '#test/support/benchmarks';
import { callRouter, failRouter } from '#test/support/call-router';
import { openTestHost, until } from '#test/support/host-fixture';
import { exampleReport } from '#test/support/fake-reports';
import { finetuneSpec, labSpec, renderSpec } from '#test/support/specs';

const paths = Object.keys(hostApi) as (keyof HostApi)[];
const calls = paths.filter((path) => hostApi[path].type !== 'subscription');

/** Handlers that note the calls they get and answer all of them alike. */
function makeHandlers(answer: () => unknown) {
  const received: { path: string; input: unknown }[] = [];
  const handlers = Object.fromEntries(
    paths.map((path) => [
      path,
      (input: unknown) => {
        received.push({ path, input });
        return answer();
      },
    ]),
  ) as unknown as Handlers;
  return { received, router: buildRouter(handlers) };
}

const choices = {
  preset: 'lazy',
  model: sha256('model'),
  datasets: { Cars: sha256('cars') },
  seeds: [0, 1],
  learningRate: 1e-4,
  engine: 'wasm',
};

const exampleInputs: Record<keyof HostApi, unknown> = {
  'host.describe': undefined,
  'guide.pages': undefined,
  'guide.page': { name: 'workbench' },
  'guide.image': { name: 'home', theme: 'dark' },
  'host.disk': undefined,
  'host.doctor': undefined,
  'engines.list': undefined,
  'engines.choose': { choice: 'wasm' },
  'engines.install': { variant: 'cpu', from: '/media/wheels' },
  'engines.stopInstall': undefined,
  'engines.installation': undefined,
  'storage.measure': undefined,
  'storage.verify': undefined,
  'storage.stopVerify': undefined,
  'storage.verification': undefined,
  'storage.planCleaning': undefined,
  'storage.clean': { plan: 'abc', groups: ['labs'] },
  'runs.list': { limit: 5, offset: 10 },
  'runs.counts': { text: 'cars' },
  'runs.get': { runId: 'abc' },
  'runs.metrics': { runId: 'abc' },
  'runs.submit': { spec: renderSpec(), reuse: true },
  'runs.estimate': { spec: renderSpec() },
  'runs.annotate': { runIds: ['abc'], addTags: ['paper'], removeTags: [], note: 'a note' },
  'runs.queue': undefined,
  'runs.move': { runId: 'abc', before: null },
  'runs.cancel': { runId: 'abc' },
  'runs.resume': { runId: 'abc' },
  'runs.events': { runId: 'abc', after: 3 },
  'runs.changes': undefined,
  'lab.ask': { spec: labSpec(), scalingCoefs: [0.5, 1], about: 'disagreements' },
  'kernels.localEnergy': { spectrumId: sha256('x'), rank: 3 },
  'artifacts.list': { kinds: ['model'], text: '', limit: 200 },
  'artifacts.get': { id: 'abcd' },
  'artifacts.json': { id: sha256('x') },
  'sources.fingerprint': { path: '/data' },
  'files.list': { path: '/data', hidden: false },
  'datasets.summary': { datasetId: sha256('x') },
  'datasets.images': { datasetId: sha256('x'), split: 'test', choice: { label: 1, limit: 20 } },
  'datasets.known': undefined,
  'datasets.prompts': { datasetId: sha256('x'), templates: 'dtd', hasNames: true },
  'studies.templates': undefined,
  'studies.list': undefined,
  'studies.get': { studyId: 'abc' },
  'studies.template': { template: 'quickstart' },
  'studies.check': { template: 'paper-8-vision', choices },
  'studies.run': { template: 'quickstart', choices },
  'studies.continue': { studyId: 'abc' },
  'studies.definition': { studyId: 'abc' },
  'studies.stop': { studyId: 'abc' },
  'studies.results': { studyId: 'abc' },
  'studies.referenceFiles': { studyId: 'abc', seed: 3 },
  'studies.resultFile': { studyId: 'abc', format: 'reference', seed: 3 },
  'reference.get': undefined,
  'reference.set': { numbers: null },
  'reference.report': { files: { 'additions.json': '{}' }, title: 'mine', model: 'ViT-B-32' },
  'figures.draw': {
    source: { kind: 'sweep', runId: 'abc' },
    format: 'svg',
    style: { preset: 'neurips', palette: 'greyscale' },
    width: 'double',
    spread: 'interval',
  },
  'tables.write': { source: { kind: 'run', runId: 'abc' }, format: 'latex', spread: 'interval' },
  'reports.suggest': { subject: { runIds: ['abc'] } },
  'reports.list': undefined,
  'reports.get': { reportId: 'abc' },
  'reports.save': { reportId: null, document: exampleReport() },
  'reports.remove': { reportId: 'abc' },
  'reports.preview': {
    item: exampleReport().items[1],
    style: { preset: 'plain', palette: 'color-blind' },
    spread: 'deviation',
  },
  'reports.files': { document: exampleReport() },
  'reports.bundle': { document: exampleReport() },
  'studies.changes': { studyId: 'abc' },
};

describe('buildRouter', () => {
  it.each(paths)('passes the input of %s to its handler', async (path) => {
    const { router, received } = makeHandlers(() => undefined);
    await callRouter(router, path, exampleInputs[path]).catch(() => undefined);
    expect(received).toEqual([{ path, input: exampleInputs[path] }]);
  });

  it('fills in what the caller has left out', async () => {
    const { router, received } = makeHandlers(() => []);
    await callRouter(router, 'runs.list', {});
    await callRouter(router, 'runs.events', { runId: 'abc' });
    await callRouter(router, 'studies.check', { template: 'quickstart' }).catch(() => undefined);
    const nothing = {
      preset: null,
      model: null,
      datasets: {},
      seeds: null,
      learningRate: null,
      engine: null,
    };
    expect(received.map(({ input }) => input)).toEqual([
      { limit: 200, offset: 0 },
      { runId: 'abc', after: 0 },
      { template: 'quickstart', choices: nothing },
    ]);
  });

  it.each(paths)('refuses a wrong input of %s before its handler sees it', async (path) => {
    const { router, received } = makeHandlers(() => undefined);
    const error = await failRouter(router, path, 42);
    expect(error).toMatchObject({ code: 'invalid_input', kind: 'user' });
    expect(received).toEqual([]);
  });

  it.each<[keyof HostApi, unknown, RegExp]>([
    ['runs.list', { limit: 0 }, /limit: /],
    ['runs.list', { states: ['done'] }, /states\.0: /],
    ['runs.get', { runId: '' }, /runId: /],
    ['runs.events', { runId: 'abc', after: -1 }, /after: /],
    ['studies.run', { template: 'quickstart', choices: { seeds: [] } }, /choices\.seeds: |Invalid input/],
    ['artifacts.json', { id: 'abcd' }, /id: must be an artifact id/],
    [
      'runs.submit',
      { spec: { ...finetuneSpec(), params: { ...finetuneSpec().params, mode: 'ntk' } } },
      /spec\.params\.mode: /,
    ],
  ])('names the field of %s that is wrong', async (path, input, words) => {
    const { router } = makeHandlers(() => undefined);
    const error = await failRouter(router, path, input);
    expect(error.message).toMatch(words);
    expect(error.advice).toBe(errorCatalogue.invalid_input.advice);
  });

  it.each(calls.filter((path) => !(hostApi[path].output instanceof z.ZodUnknown)))(
    'calls an answer of %s that has the wrong shape our mistake, not the caller’s',
    async (path) => {
      const { router } = makeHandlers(() => ({ id: 7 }));
      const error = await failRouter(router, path, exampleInputs[path]);
      expect(error).toMatchObject({ code: 'internal', kind: 'bug' });
      expect(error.message).toMatch(/answer is not valid/);
    },
  );

  it('leaves out of an answer what the contract does not name', async () => {
    const point = { name: 'loss', step: 1, value: 0.5 };
    const { router } = makeHandlers(() => [{ ...point, secret: 'a row id' }]);
    expect(await callRouter(router, 'runs.metrics', { runId: 'abc' })).toEqual([point]);
  });

  it('keeps code, advice and data of an error', async () => {
    const { router } = makeHandlers(() => {
      throw new AppError('wrong_state', 'Run abc is finished.', { runId: 'abc' });
    });
    expect(await failRouter(router, 'runs.cancel', { runId: 'abc' })).toMatchObject({
      code: 'wrong_state',
      kind: 'user',
      message: 'Run abc is finished.',
      advice: errorCatalogue.wrong_state.advice,
      data: { runId: 'abc' },
    });
  });

  it.each([
    ['our mistake', new TypeError('x is not a function'), 'internal', 'internal: x is not a function'],
    ['a full disk', Object.assign(new Error('write'), { code: 'ENOSPC' }), 'disk_full', 'write'],
    ['a stored row of the wrong shape', z.int().safeParse('x').error, 'internal', 'internal: the answer'],
  ])('tells %s from a mistake of the caller', async (_, thrown, code, words) => {
    const { router } = makeHandlers(() => {
      throw thrown as Error;
    });
    const error = await failRouter(router, 'host.describe', undefined);
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });
});

describe('createRouter', () => {
  it.each<keyof HostApi>([
    'host.describe',
    'host.doctor',
    'storage.measure',
    'storage.planCleaning',
    'runs.list',
    'studies.templates',
    'studies.list',
    'reference.get',
  ])('answers %s of a new data directory in the shape of the contract', async (path) => {
    const { host } = await openTestHost();
    const answer = await callRouter(createRouter(host), path, path === 'runs.list' ? {} : undefined);
    expect(hostApi[path].output.parse(answer)).toEqual(answer);
  });

  it('answers studies.results of a benchmark with tables, and studies.referenceFiles with files', async () => {
    const { host, dataDirectory } = await openTestHost({ script: benchmarkWorker(), maxWorkers: 4 });
    writeStarterModel(dataDirectory);
    const router = createRouter(host);
    const study = (await callRouter(router, 'studies.run', { definition: smallBenchmark() })) as StudyRecord;
    await until(host.studies.touched, () => host.studies.record(study.id).state !== 'running');
    const answer = await callRouter(router, 'studies.results', { studyId: study.id });
    const { tables, results } = hostApi['studies.results'].output.parse(answer);
    expect(results.tasks).toEqual(['signs', 'digits']);
    expect(tables.length).toBeGreaterThanOrEqual(2);
    for (const { rows, columns } of tables) expect(rows.length * columns.length).toBeGreaterThan(0);
    const files = await callRouter(router, 'studies.referenceFiles', { studyId: study.id, seed: 5 });
    expect(Object.keys(files as object)).toContain('additions.json');
    const csv = await callRouter(router, 'studies.resultFile', { studyId: study.id, format: 'csv' });
    expect(csv).toMatchObject({ name: `small-benchmark-${study.id}-results.csv` });
    expect(await failRouter(router, 'studies.referenceFiles', { studyId: study.id, seed: 9 })).toMatchObject({
      kind: 'user',
    });
  });

  it('says what a benchmark lacks in the shape of the contract, and refuses to start it', async () => {
    const { host } = await openTestHost();
    const router = createRouter(host);
    const check = await callRouter(router, 'studies.check', { template: 'paper-8-vision' });
    expect(hostApi['studies.check'].output.parse(check)).toEqual(check);
    expect(await failRouter(router, 'studies.run', { template: 'paper-8-vision' })).toMatchObject({
      code: 'study_not_ready',
      kind: 'user',
      advice: errorCatalogue.study_not_ready.advice,
    });
  });
});
