import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import type { ModelReport } from '#contract/results';
import type { RunSpecOf } from '#contract/specs/index';
import type { BenchmarkChoices, BenchmarkTemplate } from '#contract/study-template';
import { checkStudy, planStudy } from '#host/benchmark/plan-study';
import type { Host } from '#host/open-host';
import { findStudyTemplate } from '#host/study-templates';
import { smallBenchmark, unchosen } from '#test/support/benchmarks';
import { openTestHost, plantArtifacts, type MadeOutput } from '#test/support/host-fixture';

const paper = findStudyTemplate('paper-8-vision') as BenchmarkTemplate;
const nine = ['Cars', 'DTD', 'EuroSAT', 'GTSRB', 'MNIST', 'RESISC45', 'SUN397', 'SVHN', 'ImageNet'];

/** A benchmark of one task of the catalog, without a control. */
const one: BenchmarkTemplate = {
  ...paper,
  benchmark: { ...paper.benchmark, tasks: paper.benchmark.tasks.slice(0, 1), control: null },
};

const published = '224 with patches of 32; width 768, 12 layers';

/** Puts an import of a checkpoint into a host; returns the ids of model, text encoder and tokenizer. */
async function plantModel(
  host: Host,
  name: string,
  { sizes = published, hasText = true }: { sizes?: string; hasText?: boolean } = {},
): Promise<string[]> {
  const [image, transformer] = sizes.split('; ');
  const report: ModelReport = {
    format: 'tangent-model-report/1',
    layout: 'open-clip',
    container: 'safetensors',
    facts: [
      { field: 'image size', value: image, source: 'its shapes' },
      { field: 'transformer', value: transformer, source: 'its shapes' },
    ],
    warnings: [],
    leftOut: [],
    unknownGlobals: [],
    hasTextEncoder: hasText,
  };
  const text: MadeOutput[] = [
    { kind: 'text-encoder', role: 'textEncoder', content: `${name} text` },
    { kind: 'tokenizer', role: 'tokenizer', content: `${name} tokenizer` },
  ];
  const { ids } = await plantArtifacts(host, [
    { kind: 'model', role: 'model', label: name, content: name },
    ...(hasText ? text : []),
    { kind: 'model-report', role: 'report', content: `${JSON.stringify(report)}${' '.repeat(name.length)}` },
  ]);
  return ids;
}

interface DatasetChanges {
  /** What makes it another dataset than others of the name. */
  readonly mark?: string;
  readonly classes?: readonly string[];
  readonly known?: string;
  readonly emptySplit?: string;
}

/** Puts an import of a dataset into a host; returns the ids of the dataset and of its packs. */
async function plantDataset(
  host: Host,
  name: string,
  { mark = '', classes = ['one', 'two'], known, emptySplit }: DatasetChanges = {},
): Promise<{ dataset: string; packs: string[] }> {
  const names = ['train', 'val', 'test'];
  const packs = names.map((split) => `${name} ${split} ${mark}`);
  const splits = names.map((split, index) => [
    split,
    split === emptySplit
      ? { packArtifact: null, samples: [] }
      : { packArtifact: sha256(packs[index]), samples: [{}] },
  ]);
  const content = JSON.stringify({ name, classes, known, splits: Object.fromEntries(splits) as object });
  const spec: RunSpecOf<'import-dataset'> = {
    kind: 'import-dataset',
    specVersion: 2,
    params: {
      path: `/data/${name}`,
      fingerprint: sha256(name + mark),
      name,
      format: null,
      parts: null,
      valFraction: 0.1,
      valCap: 5000,
      valList: null,
      onUnreadable: 'fail',
      known: null,
    },
    inputs: {},
    seed: 0,
  };
  const { ids } = await plantArtifacts(
    host,
    [
      { kind: 'dataset', role: 'dataset', label: name, content },
      ...packs.map((pack, index) => ({
        kind: 'image-pack' as const,
        role: `pack-${names[index]}`,
        content: pack,
      })),
    ],
    spec,
  );
  return { dataset: ids[0], packs: ids.slice(1) };
}

async function needOf(
  host: Host,
  subject: string,
  choices: Partial<BenchmarkChoices> = {},
  template: BenchmarkTemplate = one,
) {
  const { needs, isReady } = await checkStudy(template, { ...unchosen, ...choices }, host);
  return { isReady, ...needs.find((need) => need.subject === subject)! };
}

describe('a benchmark on a catalog that has nothing for it', () => {
  it('is refused with everything that is missing at once, and starts no run', async () => {
    const { host } = await openTestHost();
    const subjects = ['model', ...nine];
    const error: unknown = await planStudy(paper, unchosen, host).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'study_not_ready',
      kind: 'user',
      data: { study: 'paper-8-vision', missing: subjects },
    });
    const { message } = error as Error;
    for (const subject of subjects) expect(message).toContain(`  ${subject}: `);
    expect(message).toContain('tangent import dataset <path> --known DTD');
    expect(host.catalog.runs.list({ limit: 10 })).toEqual([]);
    expect(host.catalog.studies.list()).toEqual([]);
  });

  it('can be asked what it lacks', async () => {
    const { host } = await openTestHost();
    const { needs, isReady } = await checkStudy(paper, unchosen, host);
    expect(isReady).toBe(false);
    expect(needs.map(({ subject, state }) => [subject, state])).toEqual(
      ['model', ...nine].map((subject) => [subject, 'missing']),
    );
    expect(needs.every(({ advice }) => advice !== null)).toBe(true);
  });

  it('needs nothing where the program draws everything itself', async () => {
    const { host } = await openTestHost();
    const { needs, isReady } = await checkStudy(smallBenchmark(), unchosen, host);
    expect(isReady).toBe(true);
    expect(new Set(needs.map(({ state }) => state))).toEqual(new Set(['made']));
  });
});

describe('the model of a benchmark', () => {
  it('is the newest imported one of its architectures that has a text tower', async () => {
    const { host } = await openTestHost();
    await plantModel(host, 'older');
    const [newer] = await plantModel(host, 'newer');
    await plantModel(host, 'image only', { hasText: false });
    await plantModel(host, 'tiny', { sizes: '32 with patches of 8; width 96, 4 layers' });
    const need = await needOf(host, 'model');
    expect(need).toMatchObject({ state: 'found', advice: null });
    expect(need.detail).toBe(`newer (ViT-B-32), ${newer.slice(0, 12)}`);
  });

  it('is the chosen one, also where another is newer', async () => {
    const { host } = await openTestHost();
    const [older] = await plantModel(host, 'older');
    await plantModel(host, 'newer');
    expect(await needOf(host, 'model', { model: older })).toMatchObject({
      state: 'found',
      detail: expect.stringContaining('older (ViT-B-32)') as string,
    });
  });

  it.each([
    [
      'is of another architecture',
      { sizes: '32 with patches of 8; width 96, 4 layers' },
      /mine is 32 with patches of 8; width 96, 4 layers, not ViT-B-32 or ViT-B-16 or ViT-L-14/,
    ],
    ['has no text tower', { hasText: false }, /no text tower/],
  ])('does not fit where the chosen one %s', async (_, changes, words) => {
    const { host } = await openTestHost();
    await plantModel(host, 'newer');
    const [mine] = await plantModel(host, 'mine', changes);
    const need = await needOf(host, 'model', { model: mine });
    expect(need).toMatchObject({ state: 'unfit', isReady: false });
    expect(need.detail).toMatch(words);
    expect(need.advice).toContain('tangent import model');
  });

  it('says why none fits where all that were imported lack a text tower', async () => {
    const { host } = await openTestHost();
    await plantModel(host, 'image only', { hasText: false });
    expect(await needOf(host, 'model')).toMatchObject({ state: 'unfit' });
  });

  it('is missing where a file of it was deleted', async () => {
    const { host } = await openTestHost();
    const [, textEncoder] = await plantModel(host, 'mine');
    rmSync(host.artifacts.pathOf(textEncoder));
    expect(await needOf(host, 'model')).toMatchObject({
      state: 'missing',
      detail: 'a file of mine is gone',
    });
  });
});

describe('the datasets of a benchmark', () => {
  it('are the newest that were imported under the name, without regard to case', async () => {
    const { host } = await openTestHost();
    await plantModel(host, 'model');
    await plantDataset(host, 'Cars');
    const newest = await plantDataset(host, 'cars', { mark: 'again' });
    await plantDataset(host, 'boats');
    const need = await needOf(host, 'Cars');
    expect(need).toMatchObject({ state: 'found', isReady: true, advice: null });
    expect(need.detail).toContain(newest.dataset.slice(0, 12));
  });

  it('are the chosen ones, whatever they are called', async () => {
    const { host } = await openTestHost();
    await plantModel(host, 'model');
    await plantDataset(host, 'Cars');
    const boats = await plantDataset(host, 'boats');
    const graph = await planStudy(one, { ...unchosen, datasets: { Cars: boats.dataset } }, host);
    expect(graph.benchmark?.tasks[0].data).toMatchObject({ artifact: boats.dataset });
    expect(graph.steps.find(({ id }) => id === 'head-cars')?.spec).toMatchObject({
      inputs: { dataset: boats.dataset },
    });
  });

  it('refuse a choice for a task that the study does not have', async () => {
    const { host } = await openTestHost();
    const choices = { ...unchosen, datasets: { Boats: sha256('boats') } };
    await expect(checkStudy(one, choices, host)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(planStudy(one, choices, host)).rejects.toMatchObject({
      code: 'invalid_input',
      data: { task: 'Boats', tasks: ['Cars'] },
    });
  });

  it('refuse a choice that is not in the catalog, and one that is no dataset', async () => {
    const { host } = await openTestHost();
    const [model] = await plantModel(host, 'model');
    const choose = (artifact: string) => needOf(host, 'Cars', { datasets: { Cars: artifact } });
    await expect(choose(sha256('nowhere'))).rejects.toMatchObject({ code: 'unknown_artifact' });
    expect(await choose(model)).toMatchObject({ state: 'unfit', isReady: false });
  });

  it.each([0, 1, 2])('are missing where the pack file of split %i was deleted', async (index) => {
    const { host } = await openTestHost();
    const { packs } = await plantDataset(host, 'Cars');
    rmSync(host.artifacts.pathOf(packs[index]));
    expect(await needOf(host, 'Cars')).toMatchObject({
      state: 'missing',
      detail: expect.stringMatching(/the (train|val|test) images of Cars are gone/) as string,
      advice: expect.stringContaining('--known Cars') as string,
    });
  });

  it('are missing where their index was deleted', async () => {
    const { host } = await openTestHost();
    const { dataset } = await plantDataset(host, 'Cars');
    rmSync(host.artifacts.pathOf(dataset));
    expect(await needOf(host, 'Cars')).toMatchObject({ state: 'missing' });
  });

  it('do not fit where a split has no images', async () => {
    const { host } = await openTestHost();
    await plantDataset(host, 'Cars', { emptySplit: 'test' });
    expect(await needOf(host, 'Cars')).toMatchObject({
      state: 'unfit',
      detail: 'Cars has no images in the split test',
    });
  });

  it('need no training images for the control, on which nothing is trained', async () => {
    const { host } = await openTestHost();
    await plantDataset(host, 'ImageNet', { emptySplit: 'train' });
    const control = { ...one.benchmark.tasks[0], name: 'ImageNet' };
    const data = { from: 'catalog', dataset: 'ImageNet', artifact: null } as const;
    const template = { ...one, benchmark: { ...one.benchmark, control: { ...control, data } } };
    expect(await needOf(host, 'ImageNet', {}, template)).toMatchObject({ state: 'found' });
  });

  it('do not fit where the classes are not those of the published dataset that they were imported as', async () => {
    const { host } = await openTestHost();
    await plantDataset(host, 'EuroSAT', { known: 'EuroSAT', classes: ['one', 'two'] });
    expect(await needOf(host, 'EuroSAT', {}, paper)).toMatchObject({
      state: 'unfit',
      detail: expect.stringContaining('not those of EuroSAT') as string,
    });
  });

  it('do not fit where they are another published dataset, whatever name they were given', async () => {
    const { host } = await openTestHost();
    await plantDataset(host, 'Cars', { known: 'EuroSAT', classes: ['one', 'two'] });
    expect(await needOf(host, 'Cars')).toMatchObject({ state: 'unfit', detail: 'Cars is EuroSAT, not Cars' });
  });
});

describe('planStudy', () => {
  it('makes a graph whose benchmark says which artifacts it uses', async () => {
    const { host } = await openTestHost();
    const [model, textEncoder, tokenizer] = await plantModel(host, 'model');
    const { dataset } = await plantDataset(host, 'Cars');
    const graph = await planStudy(one, { ...unchosen, preset: 'released-code', seeds: [4] }, host);
    expect(graph).toMatchObject({
      format: 'tangent-study/1',
      name: one.name,
      title: `${one.title}, model ${model.slice(0, 8)}, released-code, seeds 4`,
    });
    expect(graph.benchmark).toMatchObject({
      model: { artifact: model },
      tasks: [{ data: { artifact: dataset }, steps: 2030 }],
      seeds: [4],
    });
    expect(graph.steps[0].spec.inputs).toEqual({ dataset, textEncoder, tokenizer });
    expect(host.catalog.studies.list()).toEqual([]);
  });

  it('leaves a graph of one’s own as it is', async () => {
    const { host } = await openTestHost();
    const steps = [{ id: 'x', title: '', spec: { kind: 'inspect' as const } }];
    const graph = { format: 'tangent-study/1' as const, name: 'mine', title: '', description: '', steps };
    expect(await planStudy(graph, unchosen, host)).toBe(graph);
    expect(await checkStudy(graph, unchosen, host)).toMatchObject({ needs: [], isReady: true });
  });

  it('refuses choices for a graph of one’s own instead of ignoring them', async () => {
    const { host } = await openTestHost();
    const steps = [{ id: 'x', title: '', spec: { kind: 'inspect' as const } }];
    const graph = { format: 'tangent-study/1' as const, name: 'mine', title: '', description: '', steps };
    const choices = { ...unchosen, seeds: [1], datasets: { Cars: sha256('x') } };
    for (const ask of [planStudy, checkStudy]) {
      await expect(ask(graph, choices, host)).rejects.toMatchObject({
        code: 'invalid_input',
        data: { choices: ['seeds', 'datasets'] },
      });
    }
  });
});
