import { describe, expect, it } from 'vitest';
import type { FigureDocument, Mark, Panel } from '#contract/figure';
import { advantageFigure } from '#report/figures/advantage-figure';
import { alphaFigure } from '#report/figures/alpha-figure';
import { accuraciesFigure } from '#report/figures/accuracies-figure';
import { datasetFigure } from '#report/figures/dataset-figure';
import { disentanglementFigure } from '#report/figures/disentanglement-figure';
import { eigenfunctionFigure } from '#report/figures/eigenfunction-figure';
import { metricFigure } from '#report/figures/metric-figure';
import { spectrumFigure } from '#report/figures/spectrum-figure';
import { trainingFigure } from '#report/figures/training-figure';
import { summarizeBenchmark } from '#report/summarize-benchmark';
import { exampleBenchmark, withSeed } from '../example-benchmark';
import { kernelResult, mapResult, pairsResult, trainingInput } from './figure-inputs';

function panelsOf({ body }: FigureDocument): Panel[] {
  if (body.kind !== 'plots') throw new Error('no plots');
  return body.panels;
}

function marks<K extends Mark['kind']>(figure: FigureDocument, kind: K): Extract<Mark, { kind: K }>[] {
  return panelsOf(figure).flatMap((panel) =>
    panel.marks.filter((mark): mark is Extract<Mark, { kind: K }> => mark.kind === kind),
  );
}

const measured = (result: ReturnType<typeof mapResult>, runId = 'a') => ({ runId, seed: 0, result });

describe('what is drawn of disentanglement errors', () => {
  it('is at the coefficients at which it was measured', () => {
    const result = mapResult('linear');
    const [{ x, y, values }] = marks(disentanglementFigure([measured(result)]), 'cells');
    for (const { scalingCoefs, error } of result.cells) {
      expect(values[y.indexOf(scalingCoefs[1]) * x.length + x.indexOf(scalingCoefs[0])]).toBe(error);
    }
  });

  it('is between the two tasks of a pair, from either side, and nothing on the diagonal', () => {
    const figure = disentanglementFigure([measured(pairsResult())]);
    const [{ x, y }] = panelsOf(figure);
    const [{ values }] = marks(figure, 'cells');
    if (x.scale !== 'category' || y.scale !== 'category') throw new Error('no categories');
    const at = (column: string, row: string) =>
      values[y.categories.indexOf(row) * 3 + x.categories.indexOf(column)];
    expect([at('signs', 'digits'), at('digits', 'signs')]).toEqual([0.1, 0.1]);
    expect([at('cars', 'digits'), at('digits', 'cars')]).toEqual([0.3, 0.3]);
    expect(['signs', 'digits', 'cars'].map((name) => at(name, name))).toEqual([null, null, null]);
    // The first task is above.
    expect(y.categories.at(-1)).toBe('signs');
  });

  it('has no frame where the box of α is not within the map', () => {
    const result = mapResult('linear');
    const inner = {
      ...result,
      cells: result.cells.map((cell) => ({ ...cell, scalingCoefs: cell.scalingCoefs.map((a) => a / 3) })),
    };
    const figure = disentanglementFigure([measured(inner)]);
    expect(marks(figure, 'frame')).toEqual([]);
    expect(figure.caption).not.toContain('frame');
  });

  it('names maps by what tells them apart', () => {
    const titles = (figures: ReturnType<typeof measured>[]) =>
      panelsOf(disentanglementFigure(figures)).map(({ title }) => title);
    expect(titles([measured(mapResult('linear')), measured(mapResult('standard'))])).toEqual([
      'standard',
      'linear',
    ]);
    expect(
      titles([measured(mapResult('linear')), measured(mapResult('linear', ['cars', 'scenes']))]),
    ).toEqual(['signs and digits', 'cars and scenes']);
    expect(titles([measured(mapResult('linear'), 'a'), measured(mapResult('linear'), 'b')])).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('what is drawn of a benchmark', () => {
  it('is every single-task accuracy of a seed that both methods have', () => {
    const results = withSeed(exampleBenchmark(), 'linear', (seed) =>
      seed.seed === 1 ? { ...seed, addition: null, negation: null } : seed,
    );
    const figure = advantageFigure(summarizeBenchmark(results), 'linear', null);
    const [{ x, y, labels }] = marks(figure, 'points');
    const top1 = (method: string, seed: number, task: number) =>
      100 *
      results.methods.find((of) => of.method === method)!.seeds.find((of) => of.seed === seed)!.addition!
        .singleTask.test.tasks[task].top1;
    const expected = [0, 1].flatMap((task) => [0, 2].map((seed) => [seed, task]));
    expect(x).toEqual(expected.map(([seed, task]) => top1('linear', seed, task)));
    expect(y).toEqual(expected.map(([seed, task]) => top1('standard', seed, task)));
    expect(labels).toEqual(['digits', '', 'shapes', '']);
  });

  it('has bands and error bars as wide as asked for', () => {
    // Accuracies of the three seeds are 0.1 points apart: s = 0.1, and 4.302653 · 0.1 / √3 for the interval.
    const half = { deviation: 0.1, interval: (4.302653 * 0.1) / Math.sqrt(3) };
    const summary = summarizeBenchmark(exampleBenchmark());
    for (const spread of ['deviation', 'interval'] as const) {
      const [line] = marks(alphaFigure(summary, 'addition', spread), 'line');
      expect(line.y[1]).toBeCloseTo(65.1, 10);
      expect(line.high![1] - line.y[1]).toBeCloseTo(half[spread], 10);
      expect(line.y[1] - line.low![1]).toBeCloseTo(half[spread], 10);
      const bars = marks(accuraciesFigure(summary, 'added', spread)!, 'bars');
      expect(bars[1].high[0]! - bars[1].values[0]!).toBeCloseTo(half[spread], 10);
    }
  });

  it('has no bands for one seed, and says so', () => {
    const summary = summarizeBenchmark(exampleBenchmark([4]));
    const figure = alphaFigure(summary, 'negation', 'interval');
    expect(marks(figure, 'line').map(({ low }) => low)).toEqual(Array(6).fill(null));
    expect(figure.caption).toContain('There is one seed, so there are no bands.');
  });

  it('marks the mean of the chosen α on the line between the α that were tried', () => {
    const results = withSeed(exampleBenchmark([0, 1]), 'standard', (seed) =>
      seed.seed === 0 ? { ...seed, addition: { ...seed.addition!, chosenScalingCoef: 0.75 } } : seed,
    );
    const figure = alphaFigure(summarizeBenchmark(results), 'addition', 'deviation');
    const [line] = marks(figure, 'line');
    const [point] = marks(figure, 'points');
    expect(point.x).toEqual([0.625]);
    expect(point.y[0]).toBeCloseTo(0.75 * line.y[1] + 0.25 * line.y[2], 10);
  });

  it('leaves out what no seed has measured, and is nothing if that is all', () => {
    const results = { ...exampleBenchmark(), randomInit: [] };
    const summary = summarizeBenchmark(results);
    expect(accuraciesFigure(summary, 'random-init', 'interval')).toBeNull();
    const partly = withSeed(exampleBenchmark([0]), 'linear', (seed) => ({ ...seed, negation: null }));
    const bars = marks(accuraciesFigure(summarizeBenchmark(partly), 'negated-target', 'interval')!, 'bars');
    expect(bars.map(({ name }) => name)).toEqual(['Pre-trained', 'Non-linear FT', 'Post-hoc linearized']);
  });
});

describe('what is drawn of trainings', () => {
  it('is at most a hundred points, each the mean of its block over steps and seeds', () => {
    const input = trainingInput(730);
    const figure = trainingFigure(input, 'deviation');
    const standard = input.curves.find(({ task, mode }) => task === 'signs' && mode === 'standard')!;
    const [line] = marks(figure, 'line');
    expect(line.x).toHaveLength(92);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const block = standard.seeds.map((points) => mean(points.slice(16, 24).map(({ value }) => value)));
    expect(line.x[2]).toBe(19.5);
    expect(line.y[2]).toBeCloseTo(mean(block), 12);
    // The sample deviation of two values is |a − b| / √2.
    expect(line.high![2] - line.y[2]).toBeCloseTo(Math.abs(block[0] - block[1]) / Math.SQRT2, 12);
    // The last block is shorter.
    expect(line.x.at(-1)).toBe(mean([728, 729]));
    expect(figure.caption).toContain('Each point is the mean over 8 successive values.');
  });

  it('is of the steps that every seed has', () => {
    const input = trainingInput(5);
    const [first, ...others] = input.curves;
    const short = { ...first, seeds: [first.seeds[0], first.seeds[1].slice(0, 3)] };
    const lines = marks(trainingFigure({ ...input, curves: [short, ...others] }, 'interval'), 'line');
    expect(lines.find(({ x }) => x.length === 3)?.x).toEqual([0, 1, 2]);
  });

  it('is the metric of a run as it was said, up to two hundred points', () => {
    const points = Array.from({ length: 200 }, (_, step) => ({ step, value: Math.sin(step) }));
    const run = { title: 'a', seed: 0, runId: 'r', isFinished: true, points };
    const [line] = marks(metricFigure([run], 'loss', false), 'line');
    expect(line.y).toEqual(points.map(({ value }) => value));
  });
});

describe('what is drawn of kernels', () => {
  it('is every positive singular value of the output relative to its first', () => {
    const [grey, own] = marks(spectrumFigure([{ name: 'starter', result: kernelResult('m') }], 1), 'line');
    expect([own.x, own.y]).toEqual([
      [1, 2, 3],
      [1, 0.5, 0.25],
    ]);
    expect([grey.x, grey.y, grey.isReference]).toEqual([[1, 2], [1, 0.5], true]);
  });

  it('keeps the first and the last of many singular values', () => {
    const result = kernelResult('m');
    const many = Array.from({ length: 5000 }, (_, k) => 1 / (k + 1));
    const spectra = [{ ...result.spectra[0], singularValues: many }];
    const [line] = marks(spectrumFigure([{ name: 'starter', result: { ...result, spectra } }], 0), 'line');
    expect(line.x.length).toBeLessThanOrEqual(200);
    expect([line.x[0], line.x.at(-1)]).toEqual([1, 5000]);
    line.x.forEach((k, i) => expect(line.y[i]).toBe(1 / k));
  });

  it('shows the images at the places of the eigenfunction, by dataset and number', () => {
    const asked: number[] = [];
    const kernel = { name: 'starter', result: kernelResult('m') };
    const { body } = eigenfunctionFigure(kernel, 0, 1, (place) => {
      asked.push(place);
      return { bytes: new Uint8Array([place]), mediaType: 'image/png' };
    });
    if (body.kind !== 'images') throw new Error('no images');
    expect(asked).toEqual([0, 3, 4, 1]);
    expect(body.rows[0].images.map(({ bytes, label }) => [bytes[0], label])).toEqual([
      [0, 'signs 11'],
      [3, 'digits 8'],
      [4, 'digits 30'],
      [1, 'signs 5'],
    ]);
  });
});

describe('what is shown of a dataset', () => {
  it('stands in columns of one class, as many lines as every class of a block has', () => {
    const image = (n: number) => ({ bytes: new Uint8Array([n]), mediaType: 'image/png' as const });
    const classes = Array.from({ length: 12 }, (_, c) => ({
      name: `class ${c}`,
      images: c === 7 ? [image(70)] : [image(10 * c), image(10 * c + 1)],
    }));
    const { body } = datasetFigure({ name: 'd', split: 'test', classes, classCount: 12, leftOut: 0 });
    if (body.kind !== 'images') throw new Error('no images');
    expect(body.columns).toBe(6);
    const [first, second] = body.rows.map(({ images }) =>
      images.map(({ bytes, label }) => [bytes[0], label]),
    );
    expect(first.map(([n]) => n)).toEqual([0, 10, 20, 30, 40, 50, 1, 11, 21, 31, 41, 51]);
    expect(first.map(([, label]) => label).slice(5, 8)).toEqual(['', 'class 0', 'class 1']);
    expect(second).toEqual([6, 7, 8, 9, 10, 11].map((c) => [10 * c, `class ${c}`]));
  });
});
