import type { Mark, PlotsBody } from '#contract/figure';
import type { Palette } from '#contract/figure-style';
import { drawDot, drawSymbol, linePaint, violinPaint } from './draw-marks';
import { toBaseline, widthOf, writeText, type Letters } from './letters';
import { seriesColor } from './palette';
import { lineBetween, type Shape } from './scene';

/** Width of a key, between key and name, and between entries, in points. */
const KEY = 16;
const KEY_GAP = 3;
const ENTRY_GAP = 11;

type Named = Extract<Mark, { readonly name: string }>;

/** The legend of a figure, with its upper left corner in the origin. */
export interface Legend {
  readonly shapes: readonly Shape[];
  /** In points; 0 for none. */
  readonly height: number;
}

/** Lists the series of a figure that bear a name, each once, in the order in which they are drawn. */
export function namedMarks({ panels }: PlotsBody): Named[] {
  const named: Named[] = [];
  for (const mark of panels.flatMap(({ marks }) => marks)) {
    if (!('name' in mark) || mark.name === '' || named.some(({ name }) => name === mark.name)) continue;
    named.push(mark);
  }
  return named;
}

/**
 * Sets the names of series side by side in as many lines as they need; where only one has a name, there is no legend.
 *
 * @param width in points
 */
export function layoutLegend(body: PlotsBody, width: number, letters: Letters, palette: Palette): Legend {
  const named = namedMarks(body);
  if (named.length < 2) return { shapes: [], height: 0 };
  const line = letters.size * 1.45;
  const shapes: Shape[] = [];
  let [x, row] = [0, 0];
  for (const mark of named) {
    const long = KEY + KEY_GAP + widthOf(letters, mark.name, letters.size);
    if (x > 0 && x + long > width) [x, row] = [0, row + 1];
    const middle = (row + 0.5) * line;
    shapes.push(
      ...drawKey(mark, x, middle, palette),
      writeText(letters, mark.name, {
        x: x + KEY + KEY_GAP,
        y: middle + toBaseline(letters.size),
        size: letters.size,
      }),
    );
    x += long + ENTRY_GAP;
  }
  return { shapes, height: (row + 1) * line + letters.size * 0.4 };
}

function drawKey(mark: Named, x: number, y: number, palette: Palette): Shape[] {
  const color = seriesColor(palette, mark.series);
  const swatch = { x: x + KEY - 8, y: y - 3, width: 8, height: 6 };
  switch (mark.kind) {
    case 'line': {
      const paint = linePaint(mark, palette);
      const line = lineBetween(x, y, x + KEY, y, paint);
      return mark.hasPoints ? [line, drawDot([x + KEY / 2, y], paint.stroke)] : [line];
    }
    case 'points':
      return [drawSymbol([x + KEY / 2, y], mark, color)];
    case 'bars':
      return [{ kind: 'rectangle', ...swatch, fill: color }];
    case 'violin':
      return [{ kind: 'rectangle', ...swatch, ...violinPaint(mark, palette) }];
  }
}
