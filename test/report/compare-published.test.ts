import { describe, expect, it } from 'vitest';
import { parseReferenceNumbers } from '#report/reference-numbers';
import { reportBenchmark } from '#report/report-benchmark';
import published from '#resources/reference/tangent-task-arithmetic.json';
import { exampleBenchmark } from './example-benchmark';

const reference = parseReferenceNumbers(published);

/** The example with the tasks of the paper in place of its own. */
function paperLike() {
  const example = exampleBenchmark([0]);
  const tasks = reference.suites['8-Vision'];
  return { ...example, model: 'mine (ViT-B-16)', tasks, classCounts: tasks.map(() => 10) };
}

describe('comparePublished', () => {
  it('puts every model of the paper beside results of another model and other tasks, and says so', () => {
    const report = reportBenchmark(exampleBenchmark([0, 1]), reference);
    expect(report.published.map(({ model, suite, isSame }) => [model, suite, isSame])).toEqual([
      ['ViT-B-32', '8-Vision', false],
      ['ViT-B-16', '8-Vision', false],
      ['ViT-L-14', '8-Vision', false],
    ]);
    const [addition, negation, randomInit] = report.published[0].tables;
    expect([addition.id, negation.id, randomInit.id]).toEqual(['addition', 'negation', 'random-init']);
    const row = addition.rows.find(
      ({ subject }) => subject.method === 'standard' && subject.scalingRule === 'tuned',
    )!;
    const paper = addition.columns.findIndex(({ head }) => head === 'paper: absolute');
    expect(row.cells[paper]).toMatchObject({ values: [{ value: 71.4, confirmed: false }] });
    // The report's own tables stay without numbers of others.
    expect(report.tables[0].columns.some(({ head }) => head.startsWith('paper'))).toBe(false);
  });

  it('begins with the model of the results where its tasks are the paper’s', () => {
    const report = reportBenchmark(paperLike(), reference);
    expect(report.published.map(({ model, isSame }) => [model, isSame])).toEqual([
      ['ViT-B-16', true],
      ['ViT-B-32', false],
      ['ViT-L-14', false],
    ]);
  });

  it('has both accuracies of single-task models of one source', () => {
    const [{ singleTask }] = reportBenchmark(exampleBenchmark([0]), reference).published;
    expect(singleTask.map(({ task }) => task)).toEqual(reference.suites['8-Vision']);
    const svhn = singleTask.at(-1)!;
    expect(svhn.nonLinear).toBeCloseTo(0.9738, 6);
    expect(svhn.linear).toBeCloseTo(0.7996, 6);
    expect(svhn).toMatchObject({ confirmed: true });
    expect(svhn.source).toMatch(/atlas/);
  });
});
