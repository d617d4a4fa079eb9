import type { Mark } from '#contract/figure';
import type { Brush } from './brush';
import { toBaseline, writeText } from './letters';
import { isBright, scaleColor } from './palette';
import { pointAt, type PanelPlace } from './panel-place';
import type { Shape } from './scene';

/** What a cell without a value is filled with. */
const NOTHING = '#ffffff';
/** How far a cell reaches under its neighbors, in points: without it viewers show hair lines between cells. */
const OVERLAP = 0.3;

/** Draws a heat map: a rectangle for each cell. */
export function drawCells(
  { x, y, values, hasNumbers }: Extract<Mark, { kind: 'cells' }>,
  place: PanelPlace,
  { palette, letters, colorScale }: Brush,
): Shape[] {
  const scale = colorScale ?? { low: 0, high: 1 };
  const half = (centers: readonly number[]) => (centers.length < 2 ? 0.5 : (centers[1] - centers[0]) / 2);
  const [halfX, halfY] = [half(x), half(y)];
  const cells: Shape[] = [];
  const numbers: Shape[] = [];
  // From the top down, so that each cell covers what its left and upper neighbors put under it.
  for (let row = y.length - 1; row >= 0; row--) {
    x.forEach((center, column) => {
      const value = values[row * x.length + column];
      const [left, top] = pointAt(place, center - halfX, y[row] + halfY);
      const [right, bottom] = pointAt(place, center + halfX, y[row] - halfY);
      const fill =
        value === null ? NOTHING : scaleColor(palette, (value - scale.low) / (scale.high - scale.low));
      cells.push({
        kind: 'rectangle',
        x: left,
        y: top,
        width: right - left + OVERLAP,
        height: bottom - top + OVERLAP,
        fill,
      });
      if (!hasNumbers || value === null) return;
      const size = Math.min(letters.small, (right - left) * 0.36);
      numbers.push(
        writeText(letters, value.toFixed(2), {
          x: (left + right) / 2,
          y: (top + bottom) / 2 + toBaseline(size),
          size,
          anchor: 'middle',
          color: isBright(fill) ? '#1a1a1a' : '#ffffff',
        }),
      );
    });
  }
  return [...cells, ...numbers];
}
