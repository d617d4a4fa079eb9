import { describe, expect, it, test } from 'vitest';
import type { FigureDocument, Panel } from '#contract/figure';
import { writeFigureCsv } from '#report/figures/write-figure-csv';
import { exampleFigures } from './example-figures';

/** Reads what was written, by the grammar of RFC 4180. */
function readCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n)/gy;
  for (const [whole, quoted, plain, end] of text.matchAll(cell)) {
    rows.at(-1)!.push(whole.startsWith('"') ? quoted.replaceAll('""', '"') : plain);
    if (end === '\n') rows.push([]);
  }
  const [header, ...lines] = rows.slice(0, -1);
  return lines.map((line) => {
    expect(line).toHaveLength(header.length);
    return Object.fromEntries(header.map((name, i) => [name, line[i]]));
  });
}

/** How many points, bars, cells and so on there are in a figure. */
function countDrawn({ body }: FigureDocument): number {
  if (body.kind === 'images') return body.rows.reduce((sum, { images }) => sum + images.length, 0);
  const ofMark = (mark: Panel['marks'][number]): number => {
    if (mark.kind === 'rule' || mark.kind === 'frame') return 2;
    return mark.kind === 'line' || mark.kind === 'points' ? mark.x.length : mark.values.length;
  };
  return body.panels.flatMap(({ marks }) => marks).reduce((sum, mark) => sum + ofMark(mark), 0);
}

function figureOf(panel: Partial<Panel>): FigureDocument {
  const axis = { scale: 'linear' as const, title: '', range: [0, 1] as [number, number] };
  const whole = { title: '', x: axis, y: axis, isSquare: false, marks: [], ...panel };
  return {
    id: 'f',
    title: '',
    caption: '',
    body: { kind: 'plots', columns: 1, panels: [whole], colorScale: null },
  };
}

describe('the values of a figure', () => {
  test.each(Object.entries(exampleFigures))('of %s are all there', (_, figure) => {
    expect(readCsv(writeFigureCsv(figure))).toHaveLength(countDrawn(figure));
  });

  it('are exact, with bands, and the names of categories', () => {
    const line = {
      kind: 'line',
      name: 'a',
      series: 0,
      dash: 0,
      x: [0.1 + 0.2],
      y: [1 / 3],
      low: [1e-7],
      high: [2],
      hasPoints: false,
      isReference: false,
    } as const;
    const [read] = readCsv(
      writeFigureCsv(
        figureOf({ marks: [{ ...line, x: [...line.x], y: [...line.y], low: [1e-7], high: [2] }] }),
      ),
    );
    expect(read).toMatchObject({ panel: '1', kind: 'line', series: 'a' });
    expect([read.x, read.y, read.low, read.high].map(Number)).toEqual([0.1 + 0.2, 1 / 3, 1e-7, 2]);

    const categories = ['=one', 'two, "three"'];
    const bars = {
      kind: 'bars' as const,
      name: '-b',
      series: 0,
      values: [-1.5, null],
      low: [null, null],
      high: [null, null],
    };
    const x = { scale: 'category' as const, title: '', categories };
    expect(readCsv(writeFigureCsv(figureOf({ title: '+p', x, marks: [bars] })))).toMatchObject([
      { panel: "'+p", series: "'-b", x: "'=one", y: '-1.5' },
      { panel: "'+p", series: "'-b", x: 'two, "three"', y: '' },
    ]);
  });

  it('name lines that the legend does not name', () => {
    const series = (name: string) =>
      new Set(readCsv(writeFigureCsv(exampleFigures[name])).map((row) => row.series));
    expect(series('sweep-addition')).toEqual(new Set(['', 'digits', 'shapes', 'mean']));
    expect(series('spectrum')).toEqual(new Set(['starter, stop', 'random θ0, yield', 'starter, yield']));
  });

  it('of a heat map are each beside its place', () => {
    const cells = {
      kind: 'cells' as const,
      x: [0, 1],
      y: [5, 6],
      values: [1, 2, null, 4],
      hasNumbers: false,
    };
    const rows = readCsv(writeFigureCsv(figureOf({ marks: [cells] })));
    expect(rows.map(({ x, y, value }) => [x, y, value])).toEqual([
      ['0', '5', '1'],
      ['1', '5', '2'],
      ['0', '6', ''],
      ['1', '6', '4'],
    ]);
  });
});
