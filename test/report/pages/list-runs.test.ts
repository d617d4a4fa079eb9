import { describe, expect, it } from 'vitest';
import { formatCell } from '#contract/table-document';
import { describeOrigins } from '#report/pages/describe-origins';
import { listRuns } from '#report/pages/list-runs';
import { numberItems } from '#report/pages/number-items';
import { pairFigures } from '#report/pages/pair-figures';
import { exampleRuns, exampleTables, figureItem, originsOf, sampleReport, tableItem } from './sample-report';

const table = tableItem(exampleTables.get('addition')!, originsOf(1));
const wide = { ...figureItem('maps', 'double'), origins: originsOf(0, 1) };
const narrow = { ...figureItem('lines', 'single'), origins: originsOf(1) };
const text = { kind: 'text', heading: '', paragraphs: [] } as const;

describe('what a report is made of', () => {
  it('is numbered by kind', () => {
    expect(
      numberItems([text, wide, table, narrow, table]).map(({ label, anchor }) => [label, anchor]),
    ).toEqual([
      ['', 'text-1'],
      ['Figure 1', 'figure-1'],
      ['Table 1', 'table-1'],
      ['Figure 2', 'figure-2'],
      ['Table 2', 'table-2'],
    ]);
  });

  it('has narrow figures in pairs, but only those that follow each other', () => {
    const rows = pairFigures(numberItems([narrow, narrow, narrow, table, narrow, wide, narrow]));
    expect(
      rows.map((row) => (row.kind === 'figures' ? row.figures.map(({ number }) => number) : row.kind)),
    ).toEqual([[1, 2], [3], 'table', [4], [5], [6]]);
  });

  it('names every run with what is made of it', () => {
    const runs = exampleRuns.slice(0, 3).map((run, r) => (r === 2 ? { ...run, seed: null } : run));
    const listed = listRuns(sampleReport([wide, table, narrow, narrow, text, table], { runs }));
    expect(listed.rows.map(({ head, cells }) => [head, ...cells.map((cell) => formatCell(cell))])).toEqual([
      [
        '1',
        'run0abcd',
        'finetune',
        'Fine-tune digits, standard, seed 0',
        '0',
        '61.3',
        '00000000abcd',
        'Fig. 1',
      ],
      [
        '2',
        'run1abcd',
        'finetune',
        'Fine-tune digits, posthoc, seed 0',
        '0',
        '62.3',
        '11111111abcd',
        'Fig. 1–3; Tab. 1–2',
      ],
      ['3', 'run2abcd', 'finetune', 'Fine-tune digits, linear, seed 0', '–', '63.3', '22222222abcd', '–'],
    ]);
  });

  it('names few runs one by one, and many by their numbers', () => {
    const runs = Array.from({ length: 40 }, (_, r) => ({
      runId: `r${r}`,
      specHash: 'f'.repeat(64),
      title: '',
    }));
    expect(describeOrigins([], runs)).toBe('');
    expect(describeOrigins(runs.slice(0, 1), runs)).toBe('Run (specification): r0 (ffffffffffff)');
    expect(describeOrigins(runs.slice(0, 24), runs)).toMatch(/^Runs \(specification\): r0 .* r23 \(f{12}\)$/);
    const many = [...runs.slice(30), ...runs.slice(1, 20), runs[25]];
    expect(describeOrigins(many, runs)).toBe('30 runs: numbers 2–20, 26, 31–40 in the table of runs');
  });
});
