import type { Mark } from '#contract/figure';
import { mean } from '../spread';
import { estimateDensity } from './density';
import type { Palette } from '#contract/figure-style';
import type { Brush } from './brush';
import { drawCells } from './draw-cells';
import { dashPattern, seriesColor } from './palette';
import { pointAt, type PanelPlace } from './panel-place';
import { placeLabels } from './place-labels';
import { lineBetween, type Paint, type Shape } from './scene';

/** Grey of lines that are only there to compare with. */
export const REFERENCE_GREY = '#808080';

/** Draws the marks of a panel, the later over the earlier. */
export function drawMarks(place: PanelPlace, brush: Brush): Shape[] {
  const bars = place.panel.marks.filter(({ kind }) => kind === 'bars');
  const shapes = place.panel.marks.flatMap((mark): Shape[] => {
    switch (mark.kind) {
      case 'line':
        return drawLine(mark, place, brush);
      case 'points':
        return drawPoints(mark, place, brush);
      case 'bars':
        return drawBars(mark, place, brush, bars.indexOf(mark), bars.length);
      case 'cells':
        return drawCells(mark, place, brush);
      case 'violin':
        return drawViolin(mark, place, brush);
      case 'rule': {
        const [from, to] = [pointAt(place, ...mark.from), pointAt(place, ...mark.to)];
        return [
          lineBetween(...from, ...to, { stroke: REFERENCE_GREY, strokeWidth: 0.75, dash: dashPattern(2) }),
        ];
      }
      case 'frame': {
        const [x, y] = pointAt(place, mark.x[0], mark.y[1]);
        const [right, bottom] = pointAt(place, mark.x[1], mark.y[0]);
        const frame = { kind: 'rectangle', x, y, width: right - x, height: bottom - y } as const;
        // Dark under white dashes, so that it is seen on every color of the scale.
        return [
          { ...frame, stroke: '#000000', strokeWidth: 1 },
          { ...frame, stroke: '#ffffff', strokeWidth: 1, dash: [2.5, 2.5] },
        ];
      }
    }
  });
  return [...shapes, ...placeLabels(place, brush.letters)];
}

type MarkOf<K extends Mark['kind']> = Extract<Mark, { kind: K }>;

/** How a line is painted, here and in the legend. */
export function linePaint(
  { series, dash, isReference }: Pick<MarkOf<'line'>, 'series' | 'dash' | 'isReference'>,
  palette: Palette,
) {
  return {
    stroke: isReference ? REFERENCE_GREY : seriesColor(palette, series),
    strokeWidth: isReference ? 0.75 : 1.1,
    dash: dashPattern(dash),
  } satisfies Paint;
}

/** Draws the mark of a point on a line. */
export function drawDot([x, y]: readonly [number, number], fill: string): Shape {
  return { kind: 'circle', x, y, radius: 1.5, fill };
}

function drawLine(mark: MarkOf<'line'>, place: PanelPlace, { palette }: Brush): Shape[] {
  const { x, y, low, high, hasPoints } = mark;
  const paint = linePaint(mark, palette);
  const points = x.map((value, i) => pointAt(place, value, y[i]));
  const band: Shape[] =
    low === null || high === null
      ? []
      : [
          {
            kind: 'path',
            points: [
              ...x.map((value, i) => pointAt(place, value, low[i])),
              ...x.map((value, i) => pointAt(place, value, high[i])).reverse(),
            ],
            isClosed: true,
            fill: paint.stroke,
            fillOpacity: 0.18,
          },
        ];
  return [
    ...band,
    { kind: 'path', points, isClosed: false, ...paint },
    ...(hasPoints ? points.map((point) => drawDot(point, paint.stroke)) : []),
  ];
}

/** Draws the symbol of a point. */
export function drawSymbol(
  [x, y]: readonly [number, number],
  { shape, isOpen }: Pick<MarkOf<'points'>, 'shape' | 'isOpen'>,
  color: string,
): Shape {
  const paint: Paint = isOpen ? { stroke: color, strokeWidth: 0.9 } : { fill: color };
  if (shape === 'circle') return { kind: 'circle', x, y, radius: 2.1, ...paint };
  const r = 2.8;
  const points = [
    [x, y - r],
    [x + r, y],
    [x, y + r],
    [x - r, y],
  ] as const;
  return { kind: 'path', points, isClosed: true, ...paint };
}

function drawPoints(mark: MarkOf<'points'>, place: PanelPlace, { palette }: Brush): Shape[] {
  const color = seriesColor(palette, mark.series);
  return mark.x.map((value, i) => drawSymbol(pointAt(place, value, mark.y[i]), mark, color));
}

/** Share of a category that its bars take together. */
export const BAR_SHARE = 0.8;

function drawBars(
  { values, low, high, series }: MarkOf<'bars'>,
  place: PanelPlace,
  { palette }: Brush,
  index: number,
  count: number,
): Shape[] {
  const fill = seriesColor(palette, series);
  const width = BAR_SHARE / count;
  const [floor] = place.y.range;
  return values.flatMap((value, category): Shape[] => {
    if (value === null) return [];
    const left = category - BAR_SHARE / 2 + index * width;
    const [x, top] = pointAt(place, left, Math.max(value, 0));
    const [right, bottom] = pointAt(place, left + width, Math.max(floor, Math.min(value, 0)));
    const bar: Shape = {
      kind: 'rectangle',
      x,
      y: top,
      width: (right - x) * 0.94,
      height: bottom - top,
      fill,
    };
    const [from, to] = [low[category], high[category]];
    if (from === null || to === null) return [bar];
    const middle = left + width * 0.47;
    const [center, lower] = pointAt(place, middle, from);
    const [, upper] = pointAt(place, middle, to);
    const cap = Math.min(2.2, (right - x) * 0.3);
    // White under black, so that it is seen on dark bars too.
    const paints: readonly Paint[] = [
      { stroke: '#ffffff', strokeWidth: 1.5 },
      { stroke: '#1a1a1a', strokeWidth: 0.6 },
    ];
    return [
      bar,
      ...paints.flatMap((paint) => [
        lineBetween(center, lower, center, upper, paint),
        ...[lower, upper].map((y) => lineBetween(center - cap, y, center + cap, y, paint)),
      ]),
    ];
  });
}

/** Half of the widest part of a violin, as a share of its category. */
export const VIOLIN_HALF = 0.38;

/** How a violin is painted, here and in the legend. */
export function violinPaint(
  { series, isOpen }: Pick<MarkOf<'violin'>, 'series' | 'isOpen'>,
  palette: Palette,
): Paint {
  const color = seriesColor(palette, series);
  return { stroke: color, strokeWidth: 0.9, ...(isOpen ? {} : { fill: color, fillOpacity: 0.35 }) };
}

function drawViolin(mark: MarkOf<'violin'>, place: PanelPlace, { palette }: Brush): Shape[] {
  const { values, category } = mark;
  const { at, density } = estimateDensity(values);
  const most = Math.max(...density);
  const side = (sign: 1 | -1) =>
    at.map((value, i) => pointAt(place, category + (sign * VIOLIN_HALF * density[i]) / most, value));
  const center = mean(values);
  const [, y] = pointAt(place, category, center);
  const [left] = pointAt(place, category - VIOLIN_HALF / 2, center);
  const [right] = pointAt(place, category + VIOLIN_HALF / 2, center);
  return [
    {
      kind: 'path',
      points: [...side(-1), ...side(1).reverse()],
      isClosed: true,
      ...violinPaint(mark, palette),
    },
    lineBetween(left, y, right, y, { stroke: seriesColor(palette, mark.series), strokeWidth: 1.2 }),
  ];
}
