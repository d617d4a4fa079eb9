import { ticksOf } from './axis-scale';
import { breakLines, toBaseline, widthOf, writeText, type Letters } from './letters';
import { pointAt, type PanelPlace } from './panel-place';
import { lineBetween, type Paint, type Shape } from './scene';
import type { Tick } from './ticks';

export const INK = '#4d4d4d';
export const GRID = '#e4e4e4';
/** Length of a tick, and between a tick and its label, in points. */
export const TICK = 2.5;
const GAP = 2;
/** Distance of lines of text, as a multiple of their size. */
const LEADING = 1.15;
/** Names of categories that do not fit side by side stand at this angle, in degrees. */
export const SLANT = 35;

/** What stands beside the axes of a panel, and how much room it takes there, in points. */
export interface AxisLabels {
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  /** Lines of each label of the x axis; one where they are slanted. */
  readonly xLines: readonly (readonly string[])[];
  readonly isSlanted: boolean;
  /** Whether labels and title stand at the axis, or only at another panel's that is the same. */
  readonly hasX: boolean;
  readonly hasY: boolean;
  readonly left: number;
  readonly bottom: number;
}

/**
 * Chooses the labels of a panel's axes.
 *
 * @param place its scales
 * @param size expected width and height between the axes, in points
 */
export function chooseLabels(
  { x, y }: Pick<PanelPlace, 'x' | 'y'>,
  size: { readonly width: number; readonly height: number },
  shown: { readonly hasX: boolean; readonly hasY: boolean },
  letters: Letters,
): AxisLabels {
  const { small } = letters;
  const yTicks = ticksOf(y, Math.max(2, Math.floor(size.height / (small * 2.6))));
  const xTicks = ticksOf(x, Math.max(2, Math.floor(size.width / (small * 4.2))));
  const slot = size.width / Math.max(1, xTicks.length);
  const broken = xTicks.map(({ label }) => breakLines(letters, label, small, slot));
  const isSlanted =
    x.axis.scale === 'category' &&
    broken.some(
      (lines) => lines.length > 3 || lines.some((line) => widthOf(letters, line, small) > slot * 0.98),
    );
  const xLines = isSlanted || x.axis.scale !== 'category' ? xTicks.map(({ label }) => [label]) : broken;
  const widest = (ticks: readonly Tick[]) =>
    Math.max(0, ...ticks.map(({ label }) => widthOf(letters, label, small)));
  const title = (text: string) => (text === '' ? 0 : letters.size * 1.35);
  const labelHeight = isSlanted
    ? widest(xTicks) * Math.sin((SLANT * Math.PI) / 180) + small
    : Math.max(...xLines.map(({ length }) => length), 1) * small * LEADING;
  return {
    xTicks,
    yTicks,
    xLines,
    isSlanted,
    ...shown,
    left: shown.hasY ? TICK + GAP + widest(yTicks) + title(y.axis.title) : TICK,
    bottom: shown.hasX ? TICK + GAP + labelHeight + title(x.axis.title) : TICK,
  };
}

/** Draws the lines of a grid, which lie under the marks; none under a heat map. */
export function drawGrid(place: PanelPlace, { xTicks, yTicks }: AxisLabels): Shape[] {
  const { panel, box, x } = place;
  if (panel.marks.some(({ kind }) => kind === 'cells')) return [];
  const paint: Paint = { stroke: GRID, strokeWidth: 0.5 };
  const columns = x.axis.scale === 'category' ? [] : xTicks;
  return [
    ...yTicks.map(({ at }) => {
      const [, height] = pointAt(place, x.range[0], at);
      return lineBetween(box.x, height, box.x + box.width, height, paint);
    }),
    ...columns.map(({ at }) => {
      const [across] = pointAt(place, at, place.y.range[0]);
      return lineBetween(across, box.y, across, box.y + box.height, paint);
    }),
  ];
}

/** Draws the axes of a panel with their ticks, labels and titles, and the panel's own title. */
export function drawAxes(place: PanelPlace, labels: AxisLabels, letters: Letters): Shape[] {
  const { panel, box, x, y } = place;
  const { small, size } = letters;
  const [bottom, right] = [box.y + box.height, box.x + box.width];
  const paint: Paint = { stroke: INK, strokeWidth: 0.6 };
  const isMap = panel.marks.some(({ kind }) => kind === 'cells');
  const shapes: Shape[] = isMap
    ? [{ kind: 'rectangle', ...box, ...paint }]
    : [
        {
          kind: 'path',
          isClosed: false,
          ...paint,
          points: [
            [box.x, box.y],
            [box.x, bottom],
            [right, bottom],
          ],
        },
      ];
  const draw = (...added: Shape[]) => shapes.push(...added);
  labels.xTicks.forEach(({ at }, t) => {
    const [across] = pointAt(place, at, y.range[0]);
    draw(lineBetween(across, bottom, across, bottom + TICK, paint));
    if (!labels.hasX) return;
    const top = bottom + TICK + GAP;
    if (labels.isSlanted) {
      const text = labels.xLines[t][0];
      draw(
        writeText(letters, text, {
          x: across + small * 0.3,
          y: top + small * 0.7,
          size: small,
          anchor: 'end',
          angle: -SLANT,
        }),
      );
      return;
    }
    labels.xLines[t].forEach((line, l) =>
      draw(
        writeText(letters, line, {
          x: across,
          y: top + small * (0.75 + l * LEADING),
          size: small,
          anchor: 'middle',
        }),
      ),
    );
  });
  for (const { at, label } of labels.yTicks) {
    const [, height] = pointAt(place, x.range[0], at);
    draw(lineBetween(box.x - TICK, height, box.x, height, paint));
    if (!labels.hasY) continue;
    draw(
      writeText(letters, label, {
        x: box.x - TICK - GAP,
        y: height + toBaseline(small),
        size: small,
        anchor: 'end',
      }),
    );
  }
  if (labels.hasX && x.axis.title !== '') {
    draw(
      writeText(letters, x.axis.title, {
        x: box.x + box.width / 2,
        y: bottom + labels.bottom - size * 0.25,
        size,
        anchor: 'middle',
      }),
    );
  }
  if (labels.hasY && y.axis.title !== '') {
    draw(
      writeText(letters, y.axis.title, {
        x: box.x - labels.left + size * 0.85,
        y: box.y + box.height / 2,
        size,
        anchor: 'middle',
        angle: -90,
      }),
    );
  }
  if (panel.title !== '') {
    draw(
      writeText(letters, panel.title, {
        x: box.x + box.width / 2,
        y: box.y - size * 0.45,
        size,
        anchor: 'middle',
      }),
    );
  }
  return shapes;
}
