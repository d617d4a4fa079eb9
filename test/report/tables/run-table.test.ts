import { describe, expect, it } from 'vitest';
import type { MetricPoint } from '#contract/records';
import { headlineNumbers } from '#report/tables/runs/headline-numbers';
import type { MeasuredResult } from '#report/tables/runs/measured-result';
import { metricsTable } from '#report/tables/runs/metrics-table';
import { runTable } from '#report/tables/runs/run-table';
import { writeTable } from '#report/tables/write-table';
import { exampleAddition, exampleNegation } from '../example-benchmark';
import * as examples from './example-runs';

const names = { id: 'run-1', title: 'A run' };

/** The rows of a table as they are shown, without its caption. */
function rowsOf(result: MeasuredResult): string[] {
  const lines = writeTable(runTable(result, names), 'text', 'deviation').split('\n');
  return lines.slice(0, lines.indexOf('')).map((line) => line.replaceAll('\t', ' | '));
}

describe('runTable', () => {
  it('shows an accuracy with the images behind it', () => {
    expect(rowsOf(examples.exampleEvaluation)).toEqual([
      'Task | accuracy | correct | images',
      'digits | 30.8 | 123 | 400',
    ]);
    expect(runTable(examples.exampleEvaluation, names).caption).toBe(
      'Accuracy of Linear FT with α = 0.50, -0.25 on the val split in percent.',
    );
  });

  it('shows a sum of tasks beside what it began with, task by task', () => {
    const numbers = { single: [900, 800], added: [700, 600], atOne: [450, 400] };
    expect(rowsOf(exampleAddition('linear', numbers))).toEqual([
      'Task | pre-trained | single-task | added, absolute | added, normalized | added, α = 1, absolute | added, α = 1, normalized',
      'digits | 40.0 | 90.0 | 70.0 | 77.8 | 45.0 | 50.0',
      'shapes | 50.0 | 80.0 | 60.0 | 75.0 | 40.0 | 50.0',
      'Average | 45.0 | 85.0 | 65.0 | 76.4 | 42.5 | 50.0',
    ]);
    expect(rowsOf(examples.exampleMerge)[0]).toBe(
      'Task | pre-trained | single-task | merged by ties, absolute | merged by ties, normalized',
    );
  });

  it('shows a negation of every task with its control', () => {
    expect(rowsOf(exampleNegation('linear', { single: [900, 800], target: [200, 102] }))).toEqual([
      'Task | α | pre-trained, target | pre-trained, control | negated, target | negated, control | negated, α = 1, target | negated, α = 1, control',
      'digits | 0.50 | 40.0 | 64.0 | 20.0 | 62.0 | 15.0 | 50.0',
      'shapes | 0.50 | 50.0 | 64.0 | 10.2 | 62.0 | 5.2 | 50.0',
      'Average | 0.50 | 45.0 | 64.0 | 15.1 | 62.0 | 10.1 | 50.0',
    ]);
  });

  it('shows a combination of task vectors', () => {
    expect(rowsOf(examples.exampleCombination)).toEqual([
      'Task | pre-trained | edited',
      'digits | 40.0 | 70.0',
      'shapes | 40.0 | 30.1',
      'Average | 40.0 | 50.0',
    ]);
    expect(runTable(examples.exampleCombination, names).caption).toContain(
      'edited by α (1.00 · digits (standard) + -0.50 · shapes (standard)) with α = 0.30, chosen on validation data.',
    );
  });

  it('shows what searches have found', () => {
    expect(rowsOf(examples.exampleAdditionSearch)).toEqual([
      'Task | pre-trained | single-task | grid, absolute | grid, normalized | exact, absolute | exact, normalized | per task, α | per task, absolute | per task, normalized',
      'digits | 40.0 | 90.0 | 63.0 | 70.0 | 64.0 | 71.1 | 0.50 | 72.0 | 80.0',
      'shapes | 50.0 | 80.0 | 64.0 | 80.0 | 64.0 | 80.0 | 0.25 | 64.0 | 80.0',
      'Average | 45.0 | 85.0 | 63.5 | 75.0 | 64.0 | 75.6 | – | 68.0 | 80.0',
    ]);
    expect(rowsOf(examples.exampleNegationSearch)).toEqual([
      'Task | pre-trained | grid, α | grid, target | grid, control | exact, α | exact, target | exact, control',
      'digits | 50.0 | 0.25 | 20.0 | 61.0 | 0.27 | 19.0 | 61.2',
      'shapes | 50.1 | 0.25 | 20.1 | 61.0 | 0.27 | 19.0 | 61.2',
      'Average | 50.0 | 0.25 | 20.1 | 61.0 | 0.27 | 19.0 | 61.2',
    ]);
  });

  it('sums a map of ξ up, and shows every cell of a diagonal and of pairs', () => {
    expect(rowsOf(examples.exampleMap)).toEqual([
      'Part | cells | mean ξ | mean on digits, % | mean on shapes, % | largest ξ | there α of digits | there α of shapes',
      'α from −1 to 1 | 1 | 0.030 | 1.0 | 2.0 | 0.030 | 1.00 | 1.00',
      'whole map | 4 | 0.585 | 24.0 | 34.5 | 1.200 | -2.00 | 1.00',
    ]);
    expect(rowsOf(examples.exampleDiagonal)).toEqual([
      'α | ξ | 95 %, from | 95 %, to | on digits, % | on shapes, %',
      '0.00 | 0.000 | 0.010 | 0.500 | 0.0 | 0.0',
      '1.00 | 0.190 | 0.010 | 0.500 | 12.0 | 7.0',
    ]);
    expect(rowsOf(examples.examplePairs)).toEqual([
      'Tasks | ξ | 95 %, from | 95 %, to | on digits, % | on shapes, % | on signs, %',
      'digits, shapes | 0.070 | 0.010 | 0.500 | 3.0 | 4.0 | –',
      'digits, signs | 0.110 | 0.010 | 0.500 | 5.0 | – | 6.0',
      'shapes, signs | 0.150 | 0.010 | 0.500 | – | 7.0 | 8.0',
    ]);
  });

  it('shows the local energy of every class, of the task and of the control', () => {
    expect(rowsOf(examples.exampleKernel)).toEqual([
      'Class | images | local energy',
      'stop | 1 | 0.750',
      'yield | 2 | 0.875',
      'never | 0 | –',
      'All of signs | 3 | 0.813',
      'Control digits | 3 | 0.188',
    ]);
    expect(runTable(examples.exampleKernel, names).caption).toContain('with 2 to 3 eigenfunctions kept');
  });

  it('shows kernel predictors beside the fine-tuned model', () => {
    expect(rowsOf(examples.examplePredictor)).toEqual([
      'Model | accuracy | agrees | left of y − f0',
      'Pre-trained | 25.0 | – | –',
      'Kernel predictor, ridge 0 | 70.0 | 90.0 | 0.0',
      'Kernel predictor, flow to time 8 | 65.0 | – | 12.5',
      'Fine-tuned in the tangent space | 75.0 | – | –',
    ]);
  });

  it('shows what a training reported last', () => {
    const points: MetricPoint[] = [
      { name: 'batchTop1', step: 0, value: 0.5 },
      { name: 'batchTop1', step: 9, value: 0.875 },
      { name: 'loss', step: 9, value: 0.012345 },
    ];
    expect(writeTable(metricsTable(points, names), 'text', 'deviation').split('\n').slice(0, 3)).toEqual([
      'Metric\tstep\tvalue',
      'batchTop1\t9\t87.5',
      'loss\t9\t0.01235',
    ]);
  });

  it('agrees with the numbers that a comparison shows', () => {
    const shown = (result: MeasuredResult) =>
      headlineNumbers(result).map(({ head, value, unit }) => [
        head,
        value === null ? null : Number((unit === 'percent' ? value * 100 : value).toFixed(4)),
      ]);
    expect(shown(examples.exampleMerge)).toEqual([
      ['α', 0.5],
      ['absolute', 65],
      ['normalized', 76.3889],
    ]);
    expect(shown(examples.exampleEvaluation)).toEqual([['accuracy on digits, val', 30.75]]);
    expect(shown(examples.exampleCombination)).toEqual([
      ['α', 0.3],
      ['absolute', 50.05],
    ]);
    expect(shown(exampleNegation('linear', { single: [900, 800], target: [200, 101] }))).toEqual([
      ['α', 0.5],
      ['target', 15.05],
      ['control', 62],
      ['α = 1, target', 10.05],
      ['α = 1, control', 50],
    ]);
    expect(shown(examples.exampleAdditionSearch).slice(3, 6)).toEqual([
      ['exact, α', 0.3512],
      ['exact, absolute', 64],
      ['exact, normalized', 75.5556],
    ]);
    expect(shown(examples.exampleNegationSearch)).toEqual([
      ['grid, target', 20.05],
      ['grid, control', 61],
      ['exact, target', 19],
      ['exact, control', 61.2],
    ]);
    expect(shown(examples.exampleMap)).toEqual([
      ['mean ξ, α from −1 to 1', 0.03],
      ['mean ξ', 0.585],
      ['largest ξ', 1.2],
    ]);
    expect(shown(examples.exampleKernel)).toEqual([
      ['local energy on task', 0.8125],
      ['local energy on control', 0.1875],
    ]);
    expect(shown(examples.examplePredictor)).toEqual([
      ['Kernel predictor, ridge 0', 70],
      ['Kernel predictor, flow to time 8', 65],
      ['fine-tuned', 75],
    ]);
  });
});
