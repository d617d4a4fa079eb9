import type { Mark } from '#contract/figure';
import { mean } from '#report/spread';
import type { AxisScale } from '#report/drawing/axis-scale';
import type { Brush } from '#report/drawing/brush';
import { estimateDensity } from '#report/drawing/density';
import { BAR_SHARE, VIOLIN_HALF } from '#report/drawing/draw-marks';
import { dashPattern, isBright, scaleColor } from '#report/drawing/palette';
import type { PanelPlace } from '#report/drawing/panel-place';
import { writeCoordinates, writeTexNumber } from './write-numbers';

type MarkOf<K extends Mark['kind']> = Extract<Mark, { kind: K }>;

/** Name that a figure gives to the color of a series. */
export function colorName({
  series,
  isReference = false,
}: {
  series: number;
  isReference?: boolean;
}): string {
  return isReference ? 'comparison' : `series${series}`;
}

/** Options of a line. */
export function lineStyle(mark: MarkOf<'line'>): string {
  const color = colorName(mark);
  const point = mark.hasPoints ? `, mark=*, mark size=1.5bp, mark options={solid}` : '';
  return `${color}, line width=${mark.isReference ? 0.75 : 1.1}bp${dashStyle(mark.dash)}${point}`;
}

/** Options of single points. */
export function pointStyle(mark: MarkOf<'points'>): string {
  const [open, filled, size] = mark.shape === 'circle' ? ['o', '*', 2.1] : ['diamond', 'diamond*', 3.2];
  return `only marks, ${colorName(mark)}, mark=${mark.isOpen ? open : filled}, mark size=${size}bp, mark options={${mark.isOpen ? 'line width=0.9bp' : 'draw=none'}}`;
}

/** Options of the outline of a violin. */
export function violinStyle(mark: MarkOf<'violin'>): string {
  const color = colorName(mark);
  return `draw=${color}, line width=0.9bp${mark.isOpen ? '' : `, fill=${color}, fill opacity=0.35`}`;
}

function dashStyle(dash: number): string {
  const pattern = dashPattern(dash);
  if (pattern.length === 0) return '';
  return `, dash pattern=${pattern.map((length, i) => `${i % 2 === 0 ? 'on' : 'off'} ${length}bp`).join(' ')}`;
}

/** Writes the marks of a panel as plots of pgfplots, the later over the earlier. */
export function writeMarks(place: PanelPlace, brush: Brush): string[] {
  const { marks } = place.panel;
  const bars = marks.filter(({ kind }) => kind === 'bars');
  return marks.flatMap((mark): string[] => {
    switch (mark.kind) {
      case 'line':
        return writeLine(mark, place);
      case 'points':
        return [
          plot(
            pointStyle(mark),
            mark.x.map((x, i) => at(place, x, mark.y[i])),
          ),
        ];
      case 'bars':
        return writeBars(mark, bars.indexOf(mark), bars.length);
      case 'cells':
        return writeCells(mark, place, brush);
      case 'violin':
        return writeViolin(mark, place);
      case 'rule':
        return [
          plot(`comparison, line width=0.75bp${dashStyle(2)}`, [
            at(place, ...mark.from),
            at(place, ...mark.to),
          ]),
        ];
      case 'frame': {
        const [[left, right], [bottom, top]] = [mark.x, mark.y];
        const corners = [
          [left, bottom],
          [right, bottom],
          [right, top],
          [left, top],
        ] as const;
        // Dark under white dashes, so that it is seen on every color of the scale.
        return [
          plot('black, line width=1bp', corners, ' -- cycle'),
          plot('white, line width=1bp, dash pattern=on 2.5bp off 2.5bp', corners, ' -- cycle'),
        ];
      }
    }
  });
}

function plot(options: string, points: readonly (readonly [number, number, string?])[], ending = ''): string {
  return `\\addplot[${options}] ${writeCoordinates(points)}${ending};`;
}

/** A place in a panel; what is not above zero is far below the end of a logarithmic axis. */
function at({ x, y }: PanelPlace, atX: number, atY: number): [number, number] {
  return [within(x, atX), within(y, atY)];
}

function within({ axis, range: [low, high] }: AxisScale, value: number): number {
  return axis.scale === 'log' && value <= 0 ? (low * low) / high : value;
}

function writeLine(mark: MarkOf<'line'>, place: PanelPlace): string[] {
  const { x, y, low, high } = mark;
  if (x.length === 0) return [];
  const edge = (values: readonly number[]) => x.map((value, i) => at(place, value, values[i]));
  const band =
    low === null || high === null
      ? []
      : [
          plot(
            `draw=none, fill=${colorName(mark)}, fill opacity=0.18`,
            [...edge(low), ...edge(high).reverse()],
            ' -- cycle',
          ),
        ];
  return [...band, plot(lineStyle(mark), edge(y))];
}

function writeBars(mark: MarkOf<'bars'>, index: number, count: number): string[] {
  const width = BAR_SHARE / count;
  const shift = (index - (count - 1) / 2) * width;
  const bar = `ybar, bar shift=0, bar width=${writeTexNumber(width * 0.94)}`;
  const known = mark.values.flatMap((value, category) =>
    value === null ? [] : [{ category, value, low: mark.low[category], high: mark.high[category] }],
  );
  const withError = known.filter(({ low, high }) => low !== null && high !== null);
  const errors = withError.map(({ category, value, low, high }) => {
    const [up, down] = [writeTexNumber(high! - value), writeTexNumber(value - low!)];
    return [category + shift, value, `+= (0,${up}) -= (0,${down})`] as [number, number, string];
  });
  const plots: string[] = [];
  if (known.length > 0) {
    const points = known.map(({ category, value }) => [category + shift, value] as [number, number]);
    plots.push(plot(`${bar}, draw=none, fill=${colorName(mark)}`, points));
  }
  if (errors.length > 0) {
    // White under black, so that it is seen on dark bars too.
    for (const [color, line] of [
      ['white', 1.5],
      ['black', 0.6],
    ] as const) {
      plots.push(
        plot(
          `${bar}, draw=none, error bars/.cd, y dir=both, y explicit, error bar style={draw=${color}, line width=${line}bp}, error mark options={draw=${color}, line width=${line}bp, mark size=2bp, rotate=90}`,
          errors,
        ),
      );
    }
  }
  return plots;
}

function writeCells(
  { x, y, values, hasNumbers }: MarkOf<'cells'>,
  { box }: PanelPlace,
  { palette, letters, colorScale }: Brush,
): string[] {
  const { low, high } = colorScale ?? { low: 0, high: 1 };
  const cells = y.flatMap((row, r) =>
    x.map((column, c) => ({ at: [column, row] as const, value: values[r * x.length + c] })),
  );
  // A matrix needs two rows and two columns: beside a single one lies another, of nothing, out of sight.
  const [columns, rows] = [x, y].map((centers) =>
    centers.length === 1 ? [centers[0], centers[0] + 1] : centers,
  );
  const plots = [
    plot(
      `matrix plot*, mesh/cols=${columns.length}, point meta=explicit`,
      rows.flatMap((row, r) =>
        columns.map((column, c) => {
          const value = r < y.length && c < x.length ? values[r * x.length + c] : null;
          return [column, row, `[${value === null ? 'nan' : writeTexNumber(value)}]`] as const;
        }),
      ),
    ),
  ];
  if (!hasNumbers) return plots;
  // Smaller by a factor, and not by a size of the font, which Computer Modern may not have.
  const scale = writeTexNumber(Math.min(1, ((box.width / x.length) * 0.36) / letters.small));
  for (const [isDark, color] of [
    [true, 'white'],
    [false, 'black!90'],
  ] as const) {
    const numbers = cells.flatMap(({ at: [column, row], value }) => {
      if (value === null || isBright(scaleColor(palette, (value - low) / (high - low))) === isDark) return [];
      return [[column, row, `[${value.toFixed(2)}]`] as const];
    });
    if (numbers.length === 0) continue;
    plots.push(
      plot(
        `only marks, mark=none, point meta=explicit symbolic, nodes near coords, nodes near coords style={anchor=center, inner sep=0bp, scale=${scale}, text=${color}}`,
        numbers,
      ),
    );
  }
  return plots;
}

function writeViolin(mark: MarkOf<'violin'>, place: PanelPlace): string[] {
  const { at: values, density } = estimateDensity(mark.values);
  const most = Math.max(...density);
  const side = (sign: 1 | -1) =>
    values.map((value, i) => at(place, mark.category + (sign * VIOLIN_HALF * density[i]) / most, value));
  const center = mean(mark.values);
  const ends = [-1, 1].map((sign) => at(place, mark.category + (sign * VIOLIN_HALF) / 2, center));
  return [
    plot(violinStyle(mark), [...side(-1), ...side(1).reverse()], ' -- cycle'),
    plot(`${colorName(mark)}, line width=1.2bp`, ends),
  ];
}
