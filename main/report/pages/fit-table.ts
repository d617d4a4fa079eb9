import type { FontFamily } from '../drawing/fonts';
import { measureTable, type MeasuredTable, type TableStyle } from './measure-table';
import { pageFormat } from './page-format';
import type { PageLayout } from './strip';
import { selectColumns, type TableGrid } from './table-grid';

/** A table, or some of its columns, in a size with which it is not wider than the page. */
export interface FittedTable {
  readonly grid: TableGrid;
  readonly measured: MeasuredTable;
  readonly style: TableStyle;
  readonly layout: PageLayout;
}

/** Sizes of letters in points: words are broken before a size of the second kind is taken. */
const sizes = [
  [9, 8.5, 8, 7.5],
  [7, 6.5, 6],
];
const leastSize = 6;
/** Widest lines of words, as multiples of the size. */
const wordLimits = [26, 20, 16, 12, 8];

/**
 * Chooses how a table is set: upright with letters as large as fit, down to 6 points; else across the page; else in
 * parts of as many columns as fit, each with the heads of the rows.
 *
 * @returns its parts, most often one
 */
export function fitTable(grid: TableGrid, family: FontFamily): FittedTable[] {
  const chosen = chooseStyle(grid, family);
  if (chosen !== null) return [{ grid, measured: measureTable(grid, chosen.style), ...chosen }];
  return splitColumns(grid, { family, size: leastSize, wordLimit: wordLimits.at(-1)! });
}

function chooseStyle(
  grid: TableGrid,
  family: FontFamily,
): { readonly style: TableStyle; readonly layout: PageLayout } | null {
  // All lengths grow with the size.
  const widths = wordLimits.map((wordLimit) => measureTable(grid, { family, size: 1, wordLimit }).width);
  for (const layout of ['portrait', 'landscape'] as const) {
    const { textWidth } = pageFormat(layout);
    for (const kind of sizes) {
      for (const [w, width] of widths.entries()) {
        const size = kind.find((points) => width * points <= textWidth);
        if (size !== undefined) return { style: { family, size, wordLimit: wordLimits[w] }, layout };
      }
    }
  }
  return null;
}

function splitColumns(grid: TableGrid, style: TableStyle): FittedTable[] {
  const layout = 'landscape';
  const { textWidth } = pageFormat(layout);
  const { columns } = measureTable(grid, style);
  const parts: FittedTable[] = [];
  let first = 0;
  while (first < columns.length) {
    const start = first === 0 ? 0 : columns[first - 1].x + columns[first - 1].width - columns[0].x;
    let last = columns.findLastIndex(({ x, width }) => x + width - start <= textWidth);
    // A column whose neighbors of the same group are in another part has a longer head, and may need more room.
    let part = fit(Math.max(first, last));
    while (part.measured.width > textWidth && last > first) {
      last -= 1;
      part = fit(last);
    }
    parts.push(part);
    first = Math.max(first, last) + 1;
  }
  return parts;

  function fit(last: number): FittedTable {
    const selected = selectColumns(grid, first, last);
    return { grid: selected, measured: measureTable(selected, style), style, layout };
  }
}
