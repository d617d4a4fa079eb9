import type { PlotsBody } from '#contract/figure';
import type { FigureWidth, Palette } from '#contract/figure-style';
import { scaleOf } from './axis-scale';
import { chooseLabels, drawAxes, drawGrid, type AxisLabels } from './draw-axes';
import { colorBarWidth, drawColorBar } from './draw-color-bar';
import { drawMarks } from './draw-marks';
import { layoutLegend } from './layout-legend';
import type { Letters } from './letters';
import { moveShapes } from './move-shapes';
import type { PanelPlace } from './panel-place';
import type { Box, Shape } from './scene';

/** Around panels, in points. */
const RIGHT = 7;
const COLUMN_GAP = 6;
const ROW_GAP = 8;
const EDGE = 1;
/** Beyond this a square panel becomes no wider. */
const WIDEST_SQUARE = 230;

/** What a layout comes to. */
export interface Layout {
  readonly shapes: Shape[];
  /** In points. */
  readonly height: number;
}

/** Height of a panel between its axes for a width, in points. */
function heightOf(width: number): number {
  if (width > 300) return width * 0.38;
  if (width > 130) return width * 0.66;
  return width * 0.82;
}

/**
 * Sets the panels of a figure in a grid. Where all have the same axis, its labels stand only at the edge of the grid.
 *
 * @param width of the whole figure, in points
 */
export function layoutPlots(
  body: PlotsBody,
  width: number,
  column: FigureWidth,
  letters: Letters,
  palette: Palette,
): Layout {
  const { panels, colorScale } = body;
  const wanted = column === 'double' ? body.columns : Math.ceil(body.columns / 2);
  const columns = Math.min(panels.length, wanted);
  const isSame = (axis: 'x' | 'y') =>
    panels.every((panel) => JSON.stringify(panel[axis]) === JSON.stringify(panels[0][axis]));
  const [sharesX, sharesY] = [isSame('x'), isSame('y')];
  const scales = panels.map((panel) => ({ panel, x: scaleOf(panel.x), y: scaleOf(panel.y) }));
  const plan = scales.map((scale, p) => ({
    ...scale,
    column: p % columns,
    row: Math.floor(p / columns),
    shown: { hasX: !sharesX || p + columns >= panels.length, hasY: !sharesY || p % columns === 0 },
  }));

  const labelsFor = (size: { width: number; height: number }): AxisLabels[] =>
    plan.map(({ x, y, shown }) => chooseLabels({ x, y }, size, shown, letters));
  const bar = colorScale === null ? 0 : colorBarWidth(colorScale, letters);
  const leftOf = (labels: readonly AxisLabels[], c: number) =>
    Math.max(...plan.flatMap((panel, p) => (panel.column === c ? [labels[p].left] : [])));
  const fixed = (labels: readonly AxisLabels[]) =>
    Array.from({ length: columns }, (_, c) => leftOf(labels, c)).reduce((sum, left) => sum + left, 0) +
    RIGHT * columns +
    COLUMN_GAP * (columns - 1) +
    bar +
    2 * EDGE;
  const sizeFor = (labels: readonly AxisLabels[]): { width: number; height: number } => {
    const free = (width - fixed(labels)) / columns;
    const [{ panel, x, y }] = plan;
    if (!panel.isSquare) return { width: free, height: heightOf(free) };
    const side = Math.min(free, WIDEST_SQUARE);
    return { width: side, height: (side * (y.range[1] - y.range[0])) / (x.range[1] - x.range[0]) };
  };
  // Labels need to know the size, and the size how wide labels are: the second time both agree.
  const first = width / columns;
  const size = sizeFor(labelsFor(sizeFor(labelsFor({ width: first, height: heightOf(first) }))));
  const labels = labelsFor(size);

  const legend = layoutLegend(body, width - 2 * EDGE, letters, palette);
  const titleHeight =
    panels.some(({ title }) => title !== '') || colorScale !== null ? letters.size * 1.5 : 3;
  const used = fixed(labels) + size.width * columns;
  const start = EDGE + Math.max(0, (width - used) / 2);
  const shapes: Shape[] = [...moveShapes(legend.shapes, start, EDGE)];
  const boxes: Box[] = [];
  let [y, height] = [EDGE + legend.height, 0];
  const rows = Math.ceil(panels.length / columns);
  for (let row = 0; row < rows; row++) {
    let x = start;
    y += titleHeight;
    let bottom = 0;
    for (const [p, panel] of plan.entries()) {
      if (panel.row !== row) continue;
      x += leftOf(labels, panel.column);
      const box: Box = { x, y, width: size.width, height: size.height };
      boxes.push(box);
      shapes.push(...drawPanel({ panel: panel.panel, box, x: panel.x, y: panel.y }, labels[p]));
      x += size.width + RIGHT + COLUMN_GAP;
      bottom = Math.max(bottom, labels[p].bottom);
    }
    height = y + size.height + bottom;
    y = height + ROW_GAP;
  }
  if (colorScale !== null) {
    shapes.push(...drawColorBar(colorScale, boxes[Math.min(columns, boxes.length) - 1], letters, palette));
  }
  return { shapes, height: height + EDGE };

  function drawPanel(place: PanelPlace, axisLabels: AxisLabels): Shape[] {
    const marks = drawMarks(place, { palette, letters, colorScale });
    return [
      ...drawGrid(place, axisLabels),
      { kind: 'clip', box: place.box, shapes: marks },
      ...drawAxes(place, axisLabels, letters),
    ];
  }
}
