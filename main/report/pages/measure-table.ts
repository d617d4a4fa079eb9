import { measureText, type FontFamily, type FontWeight } from '../drawing/fonts';
import { spanColumns } from '../tables/span-columns';
import { breakLines, type Line } from './break-lines';
import type { GridCell, TableGrid } from './table-grid';

/** Size of letters that are raised, as a part of the others'. */
export const raisedSize = 0.68;
/** Between columns, as a part of the size of the letters. */
const columnGap = 1.6;
/** Between a number, ± and its spread. */
const spreadGap = 0.3;

/** How a table is set. */
export interface TableStyle {
  readonly family: FontFamily;
  /** Of the letters, in points. */
  readonly size: number;
  /** Widest line of words, as a multiple of the size. */
  readonly wordLimit: number;
}

/** A column with its place; lengths in points. */
export interface MeasuredColumn {
  readonly x: number;
  readonly width: number;
  readonly head: readonly Line[];
  /** Where the decimal points of its numbers stand, from the left end of the table. */
  readonly point: number;
  /** Middle of its numbers. */
  readonly middle: number;
  /** Where ± begins, and where what stands behind it ends. */
  readonly spreadStart: number;
  readonly spreadEnd: number;
}

/** A table with a place for everything across; lengths in points. */
export interface MeasuredTable {
  readonly width: number;
  /** Width of the column that names the rows. */
  readonly headWidth: number;
  readonly cornerHead: readonly Line[];
  readonly columns: readonly MeasuredColumn[];
  /** Heads that stand over several columns, from the left end of the first to the right end of the last. */
  readonly spans: readonly {
    readonly x: number;
    readonly width: number;
    readonly lines: readonly Line[];
  }[];
  /** Words of the rows: their heads, and cells; null for a number. */
  readonly rows: readonly {
    readonly head: readonly Line[];
    readonly cells: readonly (readonly Line[] | null)[];
  }[];
}

/**
 * Gives the columns of a table their places, each as narrow as what is in it.
 *
 * @param grid what is printed
 */
export function measureTable(grid: TableGrid, style: TableStyle): MeasuredTable {
  const { family, size, wordLimit } = style;
  const setWords = (text: string, limit = wordLimit * size) =>
    breakLines([{ text, weight: 'regular' }], family, size, limit);
  const rows = grid.rows.map(({ head, cells }) => ({
    head: setWords(head),
    cells: cells.map((cell) => (cell.kind === 'words' ? setWords(cell.text) : null)),
  }));
  const cornerHead = setWords(grid.rowHead);
  const headWidth = widest([cornerHead, ...rows.map(({ head }) => head)]);
  const spans = spanColumns(grid.columns);
  const heads = spans.flatMap((span) => span.heads);
  const sizes = grid.columns.map((_, c) => {
    const numbers = measureNumbers(
      grid.rows.map(({ cells }) => cells[c]),
      style,
    );
    const words = widest(rows.flatMap(({ cells }) => (cells[c] === null ? [] : [cells[c]])));
    const content = Math.max(numbers.width, words);
    const head = setWords(heads[c], Math.max(content, 7 * size));
    return { numbers, head, width: Math.max(content, widest([head])) };
  });
  const gap = columnGap * size;
  // A head over several columns that is wider than they are makes each of them wider.
  const spanHeads = spans.map(({ name, first, last }) => {
    if (name === '') return [];
    const width = sizes.slice(first, last + 1).reduce((sum, column) => sum + column.width + gap, -gap);
    const lines = setWords(name, Math.max(width, 7 * size));
    const missing = Math.max(0, widest([lines]) - width) / (last - first + 1);
    for (let c = first; c <= last; c += 1) sizes[c].width += missing;
    return lines;
  });
  let x = headWidth;
  const columns = sizes.map(({ numbers, head, width }, c): MeasuredColumn => {
    x += gap;
    const left = x;
    x += width;
    // Numbers stand in the middle of a column that is wider; in a column of texts they begin at the left.
    const start = left + (grid.columns[c].isText ? 0 : (width - numbers.width) / 2);
    return {
      x: left,
      width,
      head,
      point: start + numbers.left,
      middle: start + (numbers.left + numbers.right) / 2,
      spreadStart: start + numbers.left + numbers.right + spreadGap * size,
      spreadEnd: start + numbers.width,
    };
  });
  return {
    width: x,
    headWidth,
    cornerHead,
    columns,
    spans: spans.flatMap(({ name, first, last }, s) => {
      if (name === '') return [];
      const start = columns[first].x;
      return [{ x: start, width: columns[last].x + columns[last].width - start, lines: spanHeads[s] }];
    }),
    rows,
  };
}

/** How far the number of a cell lies to the left of its decimal point, in points. */
export function leftOfPoint(cell: GridCell & { kind: 'number' }, { family, size }: TableStyle): number {
  const [whole] = cell.pieces[0].text.split('.');
  return measureText(whole, family, weightOf(cell), size);
}

/** Cut in which a number is printed. */
export function weightOf({ isBold }: GridCell & { kind: 'number' }): FontWeight {
  return isBold ? 'bold' : 'regular';
}

/** Width of a piece of a number, in points. */
export function widthOfPiece(
  { text, isRaised }: { readonly text: string; readonly isRaised: boolean },
  weight: FontWeight,
  { family, size }: TableStyle,
): number {
  return measureText(text, family, weight, isRaised ? raisedSize * size : size);
}

function measureNumbers(cells: readonly GridCell[], style: TableStyle) {
  let [left, right, spread] = [0, 0, 0];
  for (const cell of cells) {
    if (cell.kind !== 'number') continue;
    const whole = leftOfPoint(cell, style);
    const total = cell.pieces.reduce((sum, piece) => sum + widthOfPiece(piece, weightOf(cell), style), 0);
    left = Math.max(left, whole);
    right = Math.max(right, total - whole);
    if (cell.width !== null)
      spread = Math.max(spread, measureText(cell.width, style.family, 'regular', style.size));
  }
  const sign = measureText('±', style.family, 'regular', style.size);
  const tail = spread === 0 ? 0 : 2 * spreadGap * style.size + sign + spread;
  return { left, right, width: left + right + tail };
}

function widest(texts: readonly (readonly Line[])[]): number {
  return Math.max(0, ...texts.flatMap((lines) => lines.map(({ width }) => width)));
}
