import { describe, expect, it } from 'vitest';
import type { TableCell, TableDocument } from '#contract/table-document';
import { measureText } from '#report/drawing/fonts';
import { fitTable } from '#report/pages/fit-table';
import { measureTable } from '#report/pages/measure-table';
import { pageFormat } from '#report/pages/page-format';
import { setTable } from '#report/pages/set-table';
import type { Ink, Strip } from '#report/pages/strip';
import { makeGrid } from '#report/pages/table-grid';
import { exampleTables } from './sample-report';

const single = exampleTables.get('single-task')!;
/** The table of single tasks with its columns over and over. */
function widened(count: number): TableDocument {
  const places = Array.from({ length: count }, (_, c) => c);
  return {
    ...single,
    columns: places.map((c) => ({ ...single.columns[c % 4], group: '', head: `column ${c}` })),
    rows: single.rows.map((row) => ({ ...row, cells: places.map((c) => row.cells[c % 4]) })),
  };
}
const number = (
  value: number,
  interval: number | null,
  unit: 'percent' | 'metric' = 'percent',
): TableCell => ({
  kind: 'number',
  value,
  unit,
  count: 3,
  deviation: interval,
  interval,
  values: [value],
});
function columnOf(cells: readonly TableCell[]): TableDocument {
  return {
    ...single,
    columns: [single.columns[1]],
    rows: cells.map((cell, r) => ({ head: `row ${r}`, subject: { method: 'linear' }, cells: [cell] })),
  };
}
type TextInk = Extract<Ink, { kind: 'text' }>;
const textsOf = (strips: readonly Strip[]): TextInk[] =>
  strips.flatMap(({ parts }) => parts.flatMap(({ inks }) => inks.filter((ink) => ink.kind === 'text')));

describe('tables of pages', () => {
  it('put numbers below each other at their points, whatever their digits and cuts', () => {
    const table = columnOf([
      number(5.04, 0.1),
      number(100, 12.25),
      number(-3.21, null),
      { kind: 'text', text: '42' },
      { kind: 'reference', values: [{ value: 71.4, confirmed: false, footnote: 1 }] },
      number(0.012345, 0.001, 'metric'),
    ]);
    const [fitted] = fitTable(makeGrid(table, 'interval'), 'serif');
    const texts = textsOf(setTable(fitted, { tag: 'Table', parent: null }).rows);
    const points = ['5.0', '100.0', '−3.2', '42', '71.4', '0.01235'].map((text) => {
      const ink = texts.find((found) => found.text === text)!;
      return ink.x + measureText(text.split('.')[0], 'serif', ink.weight, ink.size);
    });
    for (const point of points) expect(point).toBeCloseTo(points[0], 6);
    const signs = texts.filter(({ text }) => text === '±').map(({ x }) => x);
    expect(signs).toHaveLength(3);
    for (const sign of signs) expect(sign).toBeCloseTo(signs[0], 6);
    expect(texts.find(({ text }) => text === '†1')!.size).toBeLessThan(texts[0].size);
  });

  it('have the best number in bold and averages set off', () => {
    const [fitted] = fitTable(makeGrid(single, 'interval'), 'sans');
    const { rows } = setTable(fitted, { tag: 'Table', parent: null });
    expect(textsOf(rows).flatMap(({ text, weight }) => (weight === 'bold' ? [text] : []))).toEqual([
      '94.1',
      '84.1',
      '89.1',
    ]);
    const [first, second] = rows.map(({ height }) => height);
    expect(second).toBe(first);
    expect(fitted.grid.rows.map(({ isApart }) => isApart)).toEqual([false, false, true]);
  });

  it('never let one column run into the next, nor a head into another', () => {
    for (const table of exampleTables.values()) {
      const measured = measureTable(makeGrid(table, 'interval'), { family: 'sans', size: 9, wordLimit: 12 });
      let end = measured.headWidth;
      for (const { x, width, head, spreadEnd, point } of measured.columns) {
        expect(x).toBeGreaterThan(end + 9);
        expect(point).toBeGreaterThanOrEqual(x - 1e-9);
        expect(spreadEnd).toBeLessThanOrEqual(x + width + 1e-9);
        for (const line of head) expect(line.width).toBeLessThanOrEqual(width + 1e-9);
        end = x + width;
      }
      expect(measured.width).toBeCloseTo(end, 9);
      for (const span of measured.spans) {
        for (const line of span.lines) expect(line.width).toBeLessThanOrEqual(span.width + 1e-9);
      }
    }
  });

  it('shrink the letters where they are wide, then turn the page, then come in parts', () => {
    const fit = (count: number) => fitTable(makeGrid(widened(count), 'interval'), 'sans');
    const looks = (count: number) => fit(count).map(({ layout, style }) => [layout, style.size]);
    expect(looks(4)).toEqual([['portrait', 9]]);
    const [[layout, size]] = looks(9);
    expect(layout).toBe('portrait');
    expect(size).toBeLessThan(9);
    expect(size).toBeGreaterThanOrEqual(6);
    expect(looks(14)[0][0]).toBe('landscape');
    const parts = fit(40);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.flatMap(({ grid }) => grid.columns.map(({ head }) => head))).toEqual(
      widened(40).columns.map(({ head }) => head),
    );
    for (const count of [4, 9, 14, 40]) {
      for (const part of fit(count)) {
        expect(part.measured.width).toBeLessThanOrEqual(pageFormat(part.layout).textWidth);
      }
    }
  });

  it('break words that no page is wide enough for', () => {
    const text: TableCell = { kind: 'text', text: 'w'.repeat(500) };
    const table = { ...columnOf([text]), rowHead: 'h'.repeat(300) };
    const [fitted] = fitTable(makeGrid(table, 'interval'), 'sans');
    expect(fitted.measured.width).toBeLessThanOrEqual(pageFormat(fitted.layout).textWidth);
    const texts = textsOf(setTable(fitted, { tag: 'Table', parent: null }).rows);
    expect(texts.map((ink) => ink.text).join('')).toBe(`row 0${'w'.repeat(500)}`);
  });
});
