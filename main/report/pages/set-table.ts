import { measureText } from '../drawing/fonts';
import type { Line } from './break-lines';
import type { FittedTable } from './fit-table';
import { leftOfPoint, raisedSize, weightOf, widthOfPiece, type MeasuredColumn } from './measure-table';
import { inks, pageFormat } from './page-format';
import { makeStrip, type Element, type Ink, type Part, type Strip } from './strip';
import type { GridCell } from './table-grid';

/** Thickness of the rules above and below a table, below its head, and below heads of several columns; in points. */
const rules = { outer: 0.8, middle: 0.5, inner: 0.35 };
/** Distances as multiples of the size of the letters. */
const rowHeight = 1.5;
const lineDistance = 1.2;
const ruleGap = 0.35;

/** The strips of a table: its head, and one for each row; the last has the closing rule. */
export interface SetTable {
  readonly head: Strip;
  readonly rows: readonly Strip[];
}

/**
 * Sets a table with rules as booktabs has them, in the middle of the page.
 *
 * @param table what `fitTable` has chosen
 * @param element what it is for those who do not see it
 */
export function setTable(table: FittedTable, element: Element): SetTable {
  const { grid, measured, layout } = table;
  const { size } = table.style;
  const left = Math.max(0, (pageFormat(layout).textWidth - measured.width) / 2);
  const rows = grid.rows.map((row, r): Strip => {
    const { head, cells } = measured.rows[r];
    const tr: Element = { tag: 'TR', parent: element };
    const space = row.isApart ? ruleGap * size : 0;
    const most = Math.max(head.length, ...cells.map((lines) => lines?.length ?? 1));
    const isLast = r === grid.rows.length - 1;
    const height = space + heightOf(most, size);
    const y = space + baselineOf(size);
    const parts: Part[] = [
      { element: { tag: 'TH', parent: tr, scope: 'Row' }, inks: setLines(head, left, y, size) },
      ...row.cells.map((cell, c): Part => {
        const place = measured.columns[c];
        const lines = cells[c];
        return {
          element: { tag: 'TD', parent: tr },
          inks:
            lines === null
              ? setNumber(cell, place, grid.columns[c].isText, left, y, table)
              : setWords(lines, place, grid.columns[c].isText, left, y, size),
        };
      }),
    ];
    const gap = ruleGap * size * 0.6;
    const closing = (thickness: number): Part => ({
      element: null,
      inks: [rule(left, height + gap, measured.width, thickness)],
    });
    if (!isLast) return makeStrip({ height, parts, closing: [closing(rules.inner)], layout });
    return makeStrip({ height: height + gap + rules.outer, parts: [...parts, closing(rules.outer)], layout });
  });
  return { head: setHead(table, element, left), rows };
}

function setHead({ grid, measured, style, layout }: FittedTable, element: Element, left: number): Strip {
  const { size } = style;
  const { columns, spans, cornerHead } = measured;
  const parts: Part[] = [];
  const lines: Ink[] = [rule(left, rules.outer / 2, measured.width, rules.outer)];
  let y = rules.outer + ruleGap * size * 0.6;
  if (spans.length > 0) {
    const tr: Element = { tag: 'TR', parent: element };
    const most = Math.max(...spans.map((span) => span.lines.length));
    for (const span of spans) {
      const down = y + baselineOf(size) + (most - span.lines.length) * lineDistance * size;
      parts.push({
        element: { tag: 'TH', parent: tr, scope: 'Column' },
        inks: setLines(span.lines, left + span.x, down, size, span.width),
      });
    }
    y += heightOf(most, size) + ruleGap * size * 0.2;
    for (const { x, width } of spans) lines.push(rule(left + x, y, width, rules.inner));
    y += ruleGap * size * 0.4;
  }
  const tr: Element = { tag: 'TR', parent: element };
  const most = Math.max(cornerHead.length, ...columns.map(({ head }) => head.length));
  const down = (head: readonly Line[]) => y + baselineOf(size) + (most - head.length) * lineDistance * size;
  parts.push({
    element: { tag: 'TH', parent: tr, scope: 'Column' },
    inks: setLines(cornerHead, left, down(cornerHead), size),
  });
  columns.forEach(({ x, width, head }, c) => {
    parts.push({
      element: { tag: 'TH', parent: tr, scope: 'Column' },
      inks: setLines(head, left + x, down(head), size, grid.columns[c].isText ? undefined : width),
    });
  });
  y += heightOf(most, size) + ruleGap * size * 0.4;
  lines.push(rule(left, y, measured.width, rules.middle));
  y += rules.middle + ruleGap * size * 0.5;
  return makeStrip({ height: y, parts: [...parts, { element: null, inks: lines }], layout });
}

function setWords(
  lines: readonly Line[],
  { x, width, middle }: MeasuredColumn,
  isText: boolean,
  left: number,
  y: number,
  size: number,
): Ink[] {
  if (isText) return setLines(lines, left + x, y, size);
  // A word among numbers stands in their middle, as far as the column has room.
  const widest = Math.max(...lines.map((line) => line.width));
  const start = Math.min(Math.max(x, middle - widest / 2), x + width - widest);
  return setLines(lines, left + start, y, size, widest);
}

function setNumber(
  cell: GridCell,
  place: MeasuredColumn,
  isText: boolean,
  left: number,
  y: number,
  { style }: FittedTable,
): Ink[] {
  const { family, size } = style;
  if (cell.kind === 'words') return [];
  if (cell.kind === 'nothing') {
    const x = isText ? place.x : place.middle - measureText('–', family, 'regular', size) / 2;
    return [text('–', left + x, y, size)];
  }
  const weight = weightOf(cell);
  let x = left + place.point - leftOfPoint(cell, style);
  const found = cell.pieces.map((piece): Ink => {
    const ink = text(
      piece.text,
      x,
      piece.isRaised ? y - 0.36 * size : y,
      piece.isRaised ? raisedSize * size : size,
    );
    x += widthOfPiece(piece, weight, style);
    return { ...ink, weight };
  });
  if (cell.width === null) return found;
  const end = left + place.spreadEnd - measureText(cell.width, family, 'regular', size);
  return [...found, text('±', left + place.spreadStart, y, size), text(cell.width, end, y, size)];
}

/** Sets lines from the left, or in the middle of a width. */
function setLines(lines: readonly Line[], left: number, y: number, size: number, width?: number): Ink[] {
  return lines.flatMap((line, l) => {
    const shift = width === undefined ? 0 : (width - line.width) / 2;
    return line.pieces.map((piece) => ({
      ...text(piece.text, left + shift + piece.x, y + l * lineDistance * size, size),
      weight: piece.weight,
    }));
  });
}

type TextInk = Extract<Ink, { kind: 'text' }>;

function text(content: string, x: number, y: number, size: number): TextInk {
  return { kind: 'text', x, y, text: content, size, weight: 'regular', color: inks.text };
}

function rule(x: number, y: number, length: number, thickness: number): Ink {
  return { kind: 'rule', x, y, length, thickness, color: inks.rule };
}

function heightOf(lines: number, size: number): number {
  return (rowHeight + (lines - 1) * lineDistance) * size;
}

function baselineOf(size: number): number {
  return (rowHeight / 2 + 0.345) * size;
}
