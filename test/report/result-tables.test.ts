import { describe, expect, it } from 'vitest';
import { formatCell, tableDocumentSchema, type TableDocument } from '#contract/table-document';
import { tableText } from '#cli/benchmark-tables';
import { referenceFor, parseReferenceNumbers } from '#report/reference-numbers';
import { resultTables } from '#report/result-tables';
import { normalizedWithoutAbsolute } from '#report/review/normalized-without-absolute';
import { summarizeBenchmark } from '#report/summarize-benchmark';
import published from '#resources/reference/tangent-task-arithmetic.json';
import { exampleBenchmark } from './example-benchmark';

describe('tables of results', () => {
  const tables = resultTables(summarizeBenchmark(exampleBenchmark()));
  const byId = (list: readonly TableDocument[], id: string): TableDocument => {
    const found = list.find((table) => table.id === id);
    if (found === undefined) throw new Error(`there is no table ${id}`);
    return found;
  };
  const texts = (table: TableDocument, head: string) =>
    table.rows.filter((row) => row.head === head).map((row) => row.cells.map((cell) => formatCell(cell)));

  it('are plain data, with as many cells in each row as columns', () => {
    for (const table of tables) {
      expect(tableDocumentSchema.parse(JSON.parse(JSON.stringify(table)))).toEqual(table);
      for (const { cells } of table.rows) expect(cells).toHaveLength(table.columns.length);
    }
    expect(tables.map(({ id }) => id)).toEqual([
      'addition',
      'negation',
      'single-task',
      'added',
      'added-at-one',
      'negated',
      'random-init',
      'non-linear-advantage',
      'addition-curve',
      'negation-curve',
    ]);
  });

  it('tell addition with α tuned and with α = 1, absolute and normalised together', () => {
    expect(texts(byId(tables, 'addition'), 'Non-linear FT')).toEqual([
      ['tuned on validation', '0.50 ± 0.00', '65.1 ± 0.2', '76.4 ± 0.1'],
      ['fixed', '1.00', '45.1 ± 0.2', '52.8 ± 0.1'],
    ]);
    expect(texts(byId(tables, 'addition'), 'Pre-trained')).toEqual([['–', '0.00', '45.0', '–']]);
  });

  it('tell negation with the control, and the random initialisation with chance', () => {
    expect(texts(byId(tables, 'negation'), 'Pre-trained')).toEqual([['–', '0.00', '45.0', '64.0']]);
    expect(texts(byId(tables, 'negation'), 'Linear FT')[0].slice(2)).toEqual(['10.9 ± 0.2', '62.0 ± 0.0']);
    expect(texts(byId(tables, 'random-init'), 'Chance')).toEqual([['–', '–', '17.5', '17.5']]);
  });

  it('tell every task on its own and in the sum, with averages', () => {
    expect(texts(byId(tables, 'single-task'), 'digits')).toEqual([
      ['40.0', '90.1 ± 0.2', '86.1 ± 0.2', '94.1 ± 0.2'],
    ]);
    expect(byId(tables, 'added').rows.map(({ head }) => head)).toEqual(['digits', 'shapes', 'Average']);
    expect(texts(byId(tables, 'non-linear-advantage'), 'digits')).toEqual([
      ['4.0 ± 0.0', '0.04 ± 0.00', '-4.0 ± 0.0', '-0.04 ± 0.00'],
    ]);
  });

  it('never tell a normalised accuracy without the absolute one', () => {
    expect(normalizedWithoutAbsolute(tables)).toEqual([]);
  });

  it('are printed with what stands behind ± in the caption', () => {
    const text = tableText(byId(tables, 'addition'));
    expect(text).toContain('Mean over 3 seeds; ± is half the 95 % interval of the mean by Student’s t.');
    expect(text).toContain('65.1 ± 0.2');
    expect(tableText(byId(tables, 'addition'), 'deviation')).toContain('65.1 ± 0.1');
    const [single] = resultTables(summarizeBenchmark(exampleBenchmark([0])));
    expect(tableText(single)).toContain('One seed: no spread.');
  });

  it('have published numbers beside ours, with marks and sources, where model and tasks are the same', () => {
    const reference = parseReferenceNumbers(published);
    const tasks = reference.suites['8-Vision'];
    const summary = { ...summarizeBenchmark(exampleBenchmark()), model: 'openai/ViT-B/32' };
    const [table] = resultTables(summary, referenceFor(summary.model, reference, tasks));
    expect(table.columns.map(({ head }) => head)).toEqual([
      'α rule',
      'α',
      'absolute',
      'normalized',
      'paper: absolute',
      'paper: normalized',
      're-run: absolute',
      're-run: normalized',
    ]);
    const linear = texts(table, 'Linear FT')[0];
    expect(linear.slice(4, 6)).toEqual(['76.5† [1]', '85.4 [1]']);
    expect(linear[6]).toBe('74.3 [2], 74.7 [3], 78.8 [4]');
    expect(table.footnotes[0]).toContain('arXiv 2305.12827');
    expect(table.caption).toContain('† not confirmed');
    expect(normalizedWithoutAbsolute([table])).toEqual([]);
  });

  it('have averages of other tasks, and other models, not beside ours', () => {
    const reference = parseReferenceNumbers(published);
    const summary = summarizeBenchmark(exampleBenchmark());
    const [plain] = resultTables(summary);
    expect(resultTables(summary, referenceFor('ViT-B-32', reference, summary.tasks))[0]).toEqual(plain);
    expect(
      resultTables(summary, referenceFor('starter', reference, reference.suites['8-Vision']))[0],
    ).toEqual(plain);
  });

  it('have published accuracies of single tasks by their names', () => {
    const reference = parseReferenceNumbers(published);
    const summary = { ...summarizeBenchmark(exampleBenchmark()), tasks: ['DTD', 'shapes'] };
    const table = byId(
      resultTables(summary, referenceFor('ViT-B-32', reference, summary.tasks)),
      'single-task',
    );
    expect(texts(table, 'DTD')[0].slice(4)).toEqual(['44.0 [1]', '78.9 [1]', '80.0 [1]']);
    expect(texts(table, 'shapes')[0].slice(4)).toEqual(['–', '–', '–']);
  });

  it('show the validation sweep of every method, one row for each α', () => {
    const summary = summarizeBenchmark(exampleBenchmark());
    const curve = resultTables(summary).find(({ id }) => id === 'addition-curve')!;
    const { addition } = summary.methods[0];
    expect(curve.rows.map(({ head }) => head)).toEqual(
      addition!.curve.map(({ scalingCoef }) => scalingCoef.toFixed(2)),
    );
    expect(curve.rows[0].cells[0]).toMatchObject({ value: 100 * addition!.curve[0].absolute.mean });
  });
});
