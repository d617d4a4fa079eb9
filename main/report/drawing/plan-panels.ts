import type { PlotsBody } from '#contract/figure';
import type { FigureWidth } from '#contract/figure-style';
import { scaleOf } from './axis-scale';
import { chooseLabels, type AxisLabels } from './draw-axes';
import { colorBarWidth } from './draw-color-bar';
import type { Letters } from './letters';
import type { PanelPlace } from './panel-place';

/** Around panels, in points. */
const RIGHT = 7;
const COLUMN_GAP = 6;
const ROW_GAP = 8;
/** Around the figure, in points. */
export const EDGE = 1;
/** Beyond this a square panel becomes no wider. */
const WIDEST_SQUARE = 230;

/** Where the panels of a figure stand. */
export interface PanelPlan {
  /** In the order of the panels. */
  readonly places: readonly (PanelPlace & { readonly labels: AxisLabels })[];
  /** Left end of the panels with their labels, in points. */
  readonly start: number;
  /** Lower end of the panels with their labels, in points. */
  readonly bottom: number;
  /** Place, among the panels, of that which has the scale of colors to its right. */
  readonly lastColumn: number;
}

/** Height of a panel between its axes for a width, in points. */
function heightOf(width: number): number {
  if (width > 300) return width * 0.38;
  if (width > 130) return width * 0.66;
  return width * 0.82;
}

/**
 * Plans the panels of a figure in a grid. Where all have the same axis, its labels stand only at the edge of the grid.
 *
 * @param width of the whole figure, in points
 * @param top where the panels with their titles begin, in points
 */
export function planPanels(
  { panels, colorScale, columns: most }: PlotsBody,
  width: number,
  column: FigureWidth,
  letters: Letters,
  top: number,
): PanelPlan {
  const wanted = column === 'double' ? most : Math.ceil(most / 2);
  const columns = Math.min(panels.length, wanted);
  const isSame = (axis: 'x' | 'y') =>
    panels.every((panel) => JSON.stringify(panel[axis]) === JSON.stringify(panels[0][axis]));
  const [sharesX, sharesY] = [isSame('x'), isSame('y')];
  const plan = panels.map((panel, p) => ({
    panel,
    x: scaleOf(panel.x),
    y: scaleOf(panel.y),
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

  const titleHeight =
    panels.some(({ title }) => title !== '') || colorScale !== null ? letters.size * 1.5 : 3;
  const used = fixed(labels) + size.width * columns;
  const start = EDGE + Math.max(0, (width - used) / 2);
  const places: (PanelPlace & { readonly labels: AxisLabels })[] = [];
  let [y, bottom] = [top, 0];
  const rows = Math.ceil(panels.length / columns);
  for (let row = 0; row < rows; row++) {
    let x = start;
    y += titleHeight;
    let below = 0;
    for (const [p, panel] of plan.entries()) {
      if (panel.row !== row) continue;
      x += leftOf(labels, panel.column);
      places.push({ panel: panel.panel, box: { x, y, ...size }, x: panel.x, y: panel.y, labels: labels[p] });
      x += size.width + RIGHT + COLUMN_GAP;
      below = Math.max(below, labels[p].bottom);
    }
    bottom = y + size.height + below;
    y = bottom + ROW_GAP;
  }
  return { places, start, bottom, lastColumn: columns - 1 };
}
