import { expect, it, test } from 'vitest';
import { figureDocumentSchema, type FigureDocument } from '#contract/figure';
import { alphaFigure } from '#report/figures/alpha-figure';
import { datasetFigure } from '#report/figures/dataset-figure';
import { disentanglementFigure } from '#report/figures/disentanglement-figure';
import { localEnergyFigure } from '#report/figures/local-energy-figure';
import { metricFigure } from '#report/figures/metric-figure';
import { spectrumFigure } from '#report/figures/spectrum-figure';
import { writeFigureCsv } from '#report/figures/write-figure-csv';
import { summarizeBenchmark } from '#report/summarize-benchmark';
import { exampleBenchmark } from '../example-benchmark';
import { kernelResult, mapResult, pairsResult } from './figure-inputs';

const names = [
  '=cmd|"/c calc"!A0',
  '<script>alert("x")</script>',
  '\\input{/etc/passwd}',
  '50 %_$&#^~{}',
  '中文 😀',
  '../../a/b',
  'two\nlines, "quoted"',
  '',
];

function figuresOf(name: string): FigureDocument[] {
  const result = kernelResult(name, [name, name]);
  const spectra = result.spectra.map((spectrum) => ({ ...spectrum, output: name }));
  const kernel = { name, result: { ...result, spectra } };
  const points = [{ step: 0, value: 1 }];
  const png = { bytes: new Uint8Array(1), mediaType: 'image/png' as const };
  return [
    disentanglementFigure([{ runId: 'a', seed: 0, result: mapResult('linear', [name, name]) }]),
    disentanglementFigure([{ runId: 'a', seed: 0, result: pairsResult([name, `${name}2`, 'c']) }]),
    localEnergyFigure([{ ...kernel, task: [0.1, 0.2], control: [0.1, 0.3] }], 2),
    spectrumFigure([kernel], 0),
    metricFigure([{ title: name, seed: null, runId: 'a', isFinished: true, points }], name, false),
    alphaFigure(
      summarizeBenchmark({ ...exampleBenchmark(), model: name, control: name }),
      'negation',
      'interval',
    ),
    datasetFigure({ name, split: 'val', classes: [{ name, images: [png] }], classCount: 1, leftOut: 0 }),
  ];
}

test.each(names)('names such as %j stay what they are, and leave files their plain names', (name) => {
  for (const figure of figuresOf(name)) {
    expect(figureDocumentSchema.parse(figure)).toEqual(figure);
    expect(figure.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(figure.caption).toContain(name);
    expect(writeFigureCsv(figure)).not.toMatch(/(^|,)"?[=+@\t\r]/m);
  }
});

it('is told apart by seeds where titles are the same, and by ids where these are too', () => {
  const run = { title: 'Fine-tune', isFinished: true, points: [{ step: 0, value: 1 }] };
  const namesOf = (runs: { runId: string; seed: number | null }[]) => {
    const { body } = metricFigure(
      runs.map((of) => ({ ...run, ...of })),
      'loss',
      false,
    );
    if (body.kind !== 'plots') throw new Error('no plots');
    return body.panels[0].marks.map((mark) => ('name' in mark ? mark.name : ''));
  };
  expect(namesOf([{ runId: 'a', seed: 0 }])).toEqual(['Fine-tune']);
  expect(
    namesOf([
      { runId: 'a', seed: 0 },
      { runId: 'b', seed: 1 },
    ]),
  ).toEqual(['seed 0', 'seed 1']);
  expect(
    namesOf([
      { runId: 'a', seed: 0 },
      { runId: 'b', seed: 0 },
    ]),
  ).toEqual(['a', 'b']);
  expect(
    namesOf([
      { runId: 'a', seed: 0 },
      { runId: 'b', seed: 0 },
      { runId: 'c', seed: 1 },
    ]),
  ).toEqual(['seed 0, a', 'seed 0, b', 'seed 1, c']);
});
