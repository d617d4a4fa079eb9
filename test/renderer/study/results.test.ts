import { describe, expect, it } from 'vitest';
import { applyChoices } from '#contract/benchmark-choices';
import type { BenchmarkTemplate } from '#contract/study-template';
import { findStudyTemplate } from '#host/study-templates';
import { parseReferenceNumbers } from '#report/reference-numbers';
import { reportBenchmark } from '#report/report-benchmark';
import published from '#resources/reference/tangent-task-arithmetic.json';
import { advantageFigure, advantagePoints } from '#renderer/charts/benchmark-figures.ts';
import {
  arrangeColumns,
  compareCells,
  describeSeeds,
  formatSigned,
} from '#renderer/views/study/arrange-columns.ts';
import { protocolDifferences } from '#renderer/views/study/protocol-differences.ts';
import { exampleBenchmark } from '#test/report/example-benchmark';
import { smallBenchmark, unchosen } from '#test/support/benchmarks';

const report = reportBenchmark(exampleBenchmark([0, 2]), parseReferenceNumbers(published));
const [comparison] = report.published;
const [addition] = comparison.tables;
const tuned = addition.rows.find(
  ({ subject }) => subject.method === 'standard' && subject.scalingRule === 'tuned',
)!;

describe('a table beside published numbers', () => {
  it('puts those of a quantity beside ours', () => {
    expect(
      arrangeColumns(addition).map(({ head, references }) => [head, references.map((column) => column.head)]),
    ).toEqual([
      ['α rule', []],
      ['α', []],
      ['absolute', ['paper', 're-run']],
      ['normalized', ['paper', 're-run']],
    ]);
  });

  it('says how far ours is from each, and which are not confirmed', () => {
    const { own, references } = arrangeColumns(addition)[2];
    const [paper, rerun] = references.map(({ place }) => compareCells(tuned.cells[own], tuned.cells[place]));
    expect(paper).toEqual([{ text: '71.4†', difference: '−6.3', footnote: 1 }]);
    expect(rerun.map(({ text, difference }) => [text, difference])).toEqual([
      ['70.4', '−5.3'],
      ['70.3', '−5.2'],
      ['73.5', '−8.4'],
    ]);
    expect(compareCells({ kind: 'empty' }, tuned.cells[references[0].place])[0].difference).toBeNull();
    expect([formatSigned(0.04), formatSigned(1.26)]).toEqual(['±0.0', '+1.3']);
  });

  it('tells the value of every seed', () => {
    expect(describeSeeds(tuned.cells[arrangeColumns(addition)[2].own])).toBe('2 seeds: 65.00, 65.20');
    expect(describeSeeds({ kind: 'text', text: 'fixed' })).toBeNull();
  });
});

describe('the non-linear advantage', () => {
  it('has a point for each task and seed, with the accuracies of both models', () => {
    const points = advantagePoints(report.summary, 'linear');
    expect(points).toHaveLength(4);
    expect(points[1]).toMatchObject({ task: 'digits', seed: 2, nonLinear: 0.902, linear: 0.942 });
    expect(points[1].normalized).toBeCloseTo(-0.04 / 0.9, 9);
    expect(advantagePoints({ ...report.summary, methods: [] }, 'linear')).toEqual([]);
  });

  it('is drawn with the diagonal in the same range on both axes, and published points as diamonds', () => {
    const color = 'rgb(1, 2, 3)';
    const theme = {
      text: color,
      soft: color,
      grid: color,
      surface: color,
      first: color,
      second: color,
      third: color,
      font: '',
    };
    const names = { linear: 'linear FT', published: 'others' };
    const { traces, layout } = advantageFigure(
      advantagePoints(report.summary, 'linear'),
      comparison.singleTask,
      names,
      theme,
    );
    expect(traces.map(({ name }) => name)).toEqual(['ours', 'others']);
    const [x, y] = [layout.xaxis, layout.yaxis] as { range: number[] }[];
    expect(x.range).toEqual(y.range);
    // SVHN of linear fine-tuning and DTD of both are the lowest.
    expect(x.range[0]).toBe(65);
  });
});

describe('protocolDifferences', () => {
  const paper = findStudyTemplate('paper-8-vision') as BenchmarkTemplate;
  const text = applyChoices(paper, { ...unchosen, preset: 'paper-text' });
  it('names everything that a starter study does otherwise', () => {
    const differences = protocolDifferences(smallBenchmark().benchmark, 'starter', text);
    expect(differences.slice(0, 3).map(({ what }) => what)).toEqual(['model', 'images', 'tasks']);
    expect(differences).toContainEqual({ what: 'steps of fine-tuning', here: '40 to 50', paper: '2000' });
    expect(differences).toContainEqual({ what: 'values of α tried', here: '5', paper: '21' });
  });

  it('finds none in the paper’s own, whatever the name of its model', () => {
    expect(protocolDifferences(text, 'mine (ViT-B-32)', text)).toEqual([]);
    expect(protocolDifferences(text, 'mine (ViT-H-14)', text)).toMatchObject([{ what: 'model' }]);
  });
});
