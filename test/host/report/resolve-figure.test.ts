import { describe, expect, it, test } from 'vitest';
import { sha256 } from '#artifacts/sha256';
import type { FigureDocument, Mark } from '#contract/figure';
import { figureSourceSchema } from '#contract/report';
import type { RunSpec } from '#contract/specs/index';
import type { Host } from '#host/open-host';
import { resolveFigure } from '#host/report/resolve-figure';
import { RandomStream } from '#numerics/engine/random';
import { encodeSpectra } from '#numerics/ntk/gram-file';
import { localEnergy } from '#numerics/ntk/local-energy';
import { hex } from '#test/support/hex';
import { openTestHost } from '#test/support/host-fixture';
import { encodeSample } from '#test/support/sample-image';
import { finetuneSpec, renderSpec } from '#test/support/specs';
import { exampleAddition, exampleNegation } from '#test/report/example-benchmark';
import {
  additionSearch,
  combinationResult,
  diagonalResult,
  kernelResult,
  mapResult,
  mergeResult,
} from '#test/report/figures/figure-inputs';
import { disentanglementSpec, metricEvents, ntkSpec, plantRun, sourcesOf, type Made } from './report-fixture';

const resolve = (host: Host, source: unknown) =>
  resolveFigure(figureSourceSchema.parse(source), 'interval', sourcesOf(host));

function marksOf({ body }: FigureDocument): Mark[] {
  if (body.kind !== 'plots') throw new Error('no plots');
  return body.panels.flatMap(({ marks }) => marks);
}

const nothing = (part: string) => ({
  code: 'nothing_to_show',
  message: expect.stringContaining(part) as string,
});

/** An edit whose specification does not matter here. */
const editSpec = (kind: string, seed = 0) => ({ ...renderSpec(seed), kind }) as unknown as RunSpec;

describe('a figure of runs', () => {
  it('is made of their artifacts, and names them with their specifications', async () => {
    const { host } = await openTestHost();
    const results = [mapResult('linear'), mapResult('standard')];
    const runs = [];
    for (const [place, result] of results.entries()) {
      const spec = disentanglementSpec(result.mode);
      const title = `Map ${place}`;
      runs.push(
        await plantRun(host, spec, { title, outputs: [{ kind: 'disentanglement', content: result }] }),
      );
    }
    const runIds = runs.map(({ id }) => id);
    const { content, origins } = await resolve(host, {
      kind: 'disentanglement',
      runIds: [...runIds, runIds[0]],
    });
    expect(content.id).toBe('disentanglement-map');
    expect(marksOf(content).filter(({ kind }) => kind === 'cells')).toHaveLength(2);
    expect(origins).toEqual(
      runIds.map((runId, place) => ({
        runId,
        title: `Map ${place}`,
        specHash: host.catalog.runs.get(runId).specHash,
      })),
    );
  });

  it('is refused, saying what is missing, where a run has not finished or has measured something else', async () => {
    const { host } = await openTestHost();
    const outputs: Made[] = [{ kind: 'disentanglement', content: mapResult('linear') }];
    const running = await plantRun(host, disentanglementSpec('linear'), {
      title: 'Slow',
      outputs,
      outcome: null,
    });
    const failed = await plantRun(host, disentanglementSpec('linear', 1), { outputs, outcome: 'failed' });
    const other = await plantRun(host, renderSpec(), { title: 'Drawing' });
    const of = (id: string) => resolve(host, { kind: 'disentanglement', runIds: [id] });
    await expect(of(running.id)).rejects.toMatchObject(nothing(`${running.id} (Slow) has not finished`));
    await expect(of(failed.id)).rejects.toMatchObject(nothing('has not finished: it is failed'));
    await expect(of(other.id)).rejects.toMatchObject(
      nothing(`${other.id} (Drawing) has no output of kind disentanglement`),
    );
    await expect(of('nosuchrun')).rejects.toMatchObject({ code: 'unknown_run' });
  });

  it('is refused for maps beside diagonals, and for results that are damaged', async () => {
    const { host } = await openTestHost();
    const plant = (content: unknown, seed: number) =>
      plantRun(host, disentanglementSpec('linear', seed), {
        outputs: [{ kind: 'disentanglement', content }],
      });
    const map = await plant(mapResult('linear'), 0);
    const diagonal = await plant(diagonalResult('linear'), 1);
    const torn = await plant({ ...mapResult('linear'), cells: mapResult('linear').cells.slice(1) }, 2);
    const of = (...runs: { id: string }[]) =>
      resolve(host, { kind: 'disentanglement', runIds: runs.map(({ id }) => id) });
    await expect(of(map, diagonal)).rejects.toMatchObject(nothing('A map and a diagonal'));
    await expect(of(torn)).rejects.toMatchObject({ code: 'artifact_damaged' });
    expect((await of(diagonal)).content.id).toBe('disentanglement-linear');
  });

  test.each([
    [
      'edit-add',
      'addition',
      exampleAddition('linear', { single: [9, 8], added: [7, 6], atOne: [5, 4] }),
      'addition-sweep-linear',
    ],
    ['edit-merge', 'merge', mergeResult(), 'merge-sweep-ties'],
    [
      'edit-negate',
      'negation',
      exampleNegation('linear', { single: [9, 8], target: [60, 70] }),
      'negation-sweep-linear',
    ],
    ['edit-combine', 'combination', combinationResult(), 'combination-sweep-standard'],
    ['edit-search', 'edit-search', additionSearch(), 'search-addition'],
  ] as const)('shows what %s has tried', async (kind, output, result, id) => {
    const { host } = await openTestHost();
    const run = await plantRun(host, editSpec(kind), { outputs: [{ kind: output, content: result }] });
    const { content, origins } = await resolve(host, { kind: 'sweep', runId: run.id });
    expect(content.id).toBe(id);
    expect(origins.map(({ runId }) => runId)).toEqual([run.id]);
  });

  it('has no sweep where only one α was measured, or nothing was edited', async () => {
    const { host } = await openTestHost();
    const fixed = { ...combinationResult(), sweep: [], chosenScalingCoef: 1 };
    const once = await plantRun(host, editSpec('edit-combine'), {
      outputs: [{ kind: 'combination', content: fixed }],
    });
    const none = await plantRun(host, renderSpec(), {});
    await expect(resolve(host, { kind: 'sweep', runId: once.id })).rejects.toMatchObject(
      nothing('α = 1 alone'),
    );
    await expect(resolve(host, { kind: 'sweep', runId: none.id })).rejects.toMatchObject(
      nothing('is no edit'),
    );
  });

  it('shows a metric of runs, also of one that has not finished', async () => {
    const { host } = await openTestHost();
    const spec = finetuneSpec();
    const done = await plantRun(host, spec, { title: 'Fine-tune', said: metricEvents('loss', [3, 2, 1]) });
    const running = await plantRun(
      host,
      { ...spec, seed: 7 },
      { title: 'Fine-tune', said: metricEvents('loss', [4, 0]), outcome: null },
    );
    const runIds = [done.id, running.id];
    const { content } = await resolve(host, { kind: 'metric', runIds, metric: 'loss' });
    expect(marksOf(content)).toMatchObject([
      { name: `seed ${spec.seed}`, x: [0, 1, 2], y: [3, 2, 1] },
      { name: 'seed 7', x: [0, 1], y: [4, 0] },
    ]);
    expect(content.caption).toContain('Not finished: seed 7.');
    const missing = { kind: 'metric', runIds, metric: 'valTop1' };
    await expect(resolve(host, missing)).rejects.toMatchObject(nothing('has not measured valTop1'));
  });
});

describe('a figure of kernels', () => {
  const outputs = (model: string): Made[] => [{ kind: 'ntk', content: kernelResult(model) }];

  async function plantKernels(host: Host) {
    const random = await plantRun(host, editSpec('initialize-model'), {
      outputs: [{ kind: 'model', content: 'random weights' }],
    });
    const own = await plantRun(host, ntkSpec(), { outputs: outputs('starter') });
    const inputs = { model: random.outputs[0] };
    const beside = await plantRun(host, ntkSpec(1), { outputs: outputs('drawn'), inputs });
    return [own.id, beside.id];
  }

  it('names a network that was drawn at random, and shows energies as the runs say them', async () => {
    const { host } = await openTestHost();
    const runIds = await plantKernels(host);
    const { content, origins } = await resolve(host, { kind: 'local-energy', runIds });
    expect(origins.map(({ runId }) => runId)).toEqual(runIds);
    const { task, control } = kernelResult('').localEnergy.perImage;
    const violins = marksOf(content).flatMap((mark) => (mark.kind === 'violin' ? [mark.values] : []));
    expect(violins).toEqual([task, task, control, control]);
    expect(content.caption).toContain('Filled: starter; hollow: random θ0.');
    for (const kind of ['local-energy-ranks', 'spectrum'] as const) {
      expect((await resolve(host, { kind, runIds })).content.caption).toContain('starter and random θ0');
    }
  });

  it('takes the energies of another rank from the stored eigenfunctions', async () => {
    const { host } = await openTestHost();
    const result = kernelResult('starter');
    const data = Float64Array.from(new RandomStream(0, 'functions', 0).normals(15)).map(Math.fround);
    const spectrum = { values: new Float64Array(3).fill(1), right: { rows: 5, columns: 3, data } };
    const about = {
      model: 'm',
      task: 't',
      control: 'c',
      taskVector: null,
      split: 'train',
      outputs: ['stop'],
    };
    const run = await plantRun(host, ntkSpec(), {
      outputs: [
        { kind: 'ntk', content: { ...result, spectra: result.spectra.slice(0, 1) } },
        { kind: 'kernel-spectrum', content: encodeSpectra([spectrum], about) },
      ],
    });
    const runIds = [run.id];
    const { content } = await resolve(host, { kind: 'local-energy', runIds, rank: 2 });
    const violins = marksOf(content).flatMap((mark) => (mark.kind === 'violin' ? [mark.values] : []));
    const expected = [...localEnergy(spectrum.right, 2)];
    violins.flat().forEach((value, place) => expect(value).toBeCloseTo(expected[place], 12));
    expect(violins.map(({ length }) => length)).toEqual([3, 2]);
    expect(content.caption).toContain('leading 2 eigenfunctions');
    await expect(resolve(host, { kind: 'local-energy', runIds, rank: 4 })).rejects.toMatchObject(
      nothing('which has 3'),
    );
  });

  it('is refused for other images beside, and for outputs that are not there', async () => {
    const { host } = await openTestHost();
    const [own] = await plantKernels(host);
    const result = kernelResult('starter');
    const task = { ...result.images.task, indices: [1, 2, 3] };
    const content = { ...result, images: { ...result.images, task } };
    const other = await plantRun(host, ntkSpec(2), { outputs: [{ kind: 'ntk', content }] });
    await expect(resolve(host, { kind: 'local-energy', runIds: [own, other.id] })).rejects.toMatchObject(
      nothing('not of the same images'),
    );
    await expect(resolve(host, { kind: 'spectrum', runIds: [own], output: 2 })).rejects.toMatchObject(
      nothing('has 2 outputs'),
    );
  });
});

/** A dataset in which image i is of class i modulo the number of classes. */
async function plantDataset(host: Host, files: readonly Uint8Array[], classes: readonly string[]) {
  const { id: packArtifact } = await host.artifacts.put(Buffer.concat(files));
  let offset = 0;
  const samples = files.map(({ length }, i) => {
    offset += length;
    return { name: `${i}.img`, label: i % classes.length, offset: offset - length, length };
  });
  const none = { packArtifact: null, samples: [] };
  const content = {
    name: 'signs',
    classes,
    imageSize: { minWidth: 8, maxWidth: 8, minHeight: 6, maxHeight: 6 },
    splits: { train: { packArtifact, samples }, val: none, test: { packArtifact, samples } },
  };
  const run = await plantRun(host, renderSpec(files.length), { outputs: [{ kind: 'dataset', content }] });
  return { runId: run.id, datasetId: run.outputs[0] };
}

describe('a figure of images', () => {
  it('shows the first of each class, byte by byte, and names the run of the import', async () => {
    const { host } = await openTestHost();
    const files = await Promise.all(
      [0, 1, 2, 3, 4, 5].map((seed) => encodeSample(seed, seed % 2 === 0 ? 'png' : 'jpeg')),
    );
    const { runId, datasetId } = await plantDataset(host, files, ['stop', 'yield', 'priority']);
    const { content, origins } = await resolve(host, { kind: 'images', datasetId, perClass: 1 });
    if (content.body.kind !== 'images') throw new Error('no images');
    const [{ images }] = content.body.rows;
    expect(images.map(({ bytes }) => sha256(Buffer.from(bytes)))).toEqual(
      files.slice(0, 3).map((file) => sha256(file)),
    );
    expect(images.map(({ mediaType, label }) => `${mediaType} ${label}`)).toEqual([
      'image/png stop',
      'image/jpeg yield',
      'image/png priority',
    ]);
    expect(origins.map((origin) => origin.runId)).toEqual([runId]);
  });

  it('leaves out other formats and says so, and is nothing where there are no others', async () => {
    const { host } = await openTestHost();
    const [png, webp] = await Promise.all([encodeSample(0), encodeSample(1, 'webp')]);
    const some = await plantDataset(host, [png, png, webp, png], ['stop', 'yield']);
    const { content } = await resolve(host, { kind: 'images', datasetId: some.datasetId });
    expect(content.caption).toContain('Left out because neither PNG nor JPEG: 1 image.');
    const none = await plantDataset(host, [webp, webp, webp], ['stop']);
    const source = { kind: 'images', datasetId: none.datasetId };
    await expect(resolve(host, source)).rejects.toMatchObject(nothing('no PNG or JPEG images'));
    await expect(resolve(host, { ...source, split: 'val' })).rejects.toMatchObject(nothing('has no images'));
    await expect(resolve(host, { ...source, datasetId: hex('f', 1) })).rejects.toMatchObject({
      code: 'unknown_artifact',
    });
  });

  it('shows where eigenfunctions are largest and smallest, from both datasets', async () => {
    const { host } = await openTestHost();
    const files = await Promise.all(Array.from({ length: 12 }, (_, seed) => encodeSample(seed)));
    const { datasetId: dataset } = await plantDataset(host, files, ['stop']);
    const result = kernelResult('starter');
    const task = { ...result.images.task, dataset, indices: [11, 5, 7] };
    const control = { ...result.images.control, dataset, indices: [8, 3] };
    const content = { ...result, images: { task, control } };
    const run = await plantRun(host, ntkSpec(), { outputs: [{ kind: 'ntk', content }] });
    const { content: figure } = await resolve(host, { kind: 'eigenfunctions', runId: run.id, count: 1 });
    if (figure.body.kind !== 'images') throw new Error('no images');
    const shown = figure.body.rows.map(({ images }) =>
      images.map(({ bytes }) => files.findIndex((file) => file.equals(bytes))),
    );
    // Places 0 and 3, then 4 and 1, are the images 11 and 8, then 3 and 5.
    expect(shown).toEqual([[11, 8, 3, 5]]);
  });
});
