import type { DisentanglementCell, DisentanglementResult } from '#contract/disentanglement';
import { axisOf, type ChartTheme, type Figure } from './chart-theme';

/** A map of ξ, of which some cells may not be measured yet. */
export interface DisentanglementMap {
  /** Names of the two tasks. */
  readonly tasks: readonly [string, string];
  /** α of rows and columns, ascending. */
  readonly scalingCoefs: readonly number[];
  /** ξ by place: that of α1 times the number of α, plus that of α2; undefined where it is not measured. */
  readonly errors: readonly (number | undefined)[];
  /** The whole cells, where they are there. */
  readonly cells: readonly DisentanglementCell[] | null;
  /** Images of each task, where they are known. */
  readonly counts: readonly number[] | null;
}

/** The box in which the paper looks for α. */
const box = { from: -1, to: 1 };

/** How a map is drawn. */
export interface MapStyle {
  /** End of the color scale. */
  readonly largest: number;
  /** Where the crosshair is, (α1, α2); null for none. */
  readonly crosshair: readonly [number, number] | null;
  /** Whether the color scale stands beside it. */
  readonly hasScale: boolean;
}

/**
 * Draws a map: α1 to the right, α2 upwards, with the box in which α is looked for. What is not measured yet shows
 * the nearest cell that is.
 */
export function mapFigure(
  map: DisentanglementMap,
  { largest, crosshair, hasScale }: MapStyle,
  theme: ChartTheme,
): Figure {
  const { tasks, scalingCoefs } = map;
  const places = scalingCoefs.map((_, i) => i);
  const at = (first: number, second: number) => first * places.length + second;
  const z = places.map((second) =>
    places.map((first) => map.errors[at(first, second)] ?? nearest(map, first, second)),
  );
  const text = places.map((second) => places.map((first) => describe(map, at(first, second))));
  const white = { color: '#ffffff', width: 1.5 };
  return {
    traces: [
      {
        type: 'heatmap',
        x: scalingCoefs,
        y: scalingCoefs,
        z,
        text,
        zmin: 0,
        zmax: largest,
        colorscale: 'Viridis',
        showscale: hasScale,
        hovertemplate: `α of ${tasks[0]} %{x:.2f}, of ${tasks[1]} %{y:.2f}<br>%{text}<extra></extra>`,
        colorbar: { title: { text: 'ξ' }, thickness: 12, outlinewidth: 0, tickfont: { size: 11 } },
      },
    ],
    layout: {
      margin: { l: 56, r: 12, t: 12, b: 44 },
      xaxis: { ...axisOf(theme, `α of ${tasks[0]}`), constrain: 'domain', showgrid: false },
      yaxis: { ...axisOf(theme, `α of ${tasks[1]}`), scaleanchor: 'x', constrain: 'domain', showgrid: false },
      shapes: [
        {
          type: 'rect',
          x0: box.from,
          x1: box.to,
          y0: box.from,
          y1: box.to,
          line: { ...white, dash: 'dot' },
        },
        ...(crosshair === null ? [] : crosshairShapes(crosshair, scalingCoefs, white)),
      ],
    },
  };
}

/** A line through the cell along each axis, and a frame around it. */
function crosshairShapes(
  [x, y]: readonly [number, number],
  scalingCoefs: readonly number[],
  white: object,
): object[] {
  const halfCell = (scalingCoefs[1] - scalingCoefs[0]) / 2;
  const [low, high] = [scalingCoefs[0] - halfCell, scalingCoefs[scalingCoefs.length - 1] + halfCell];
  const line = { ...white, width: 1 };
  const cell = { x0: x - halfCell, x1: x + halfCell, y0: y - halfCell, y1: y + halfCell };
  return [
    { type: 'line', x0: x, x1: x, y0: low, y1: high, line },
    { type: 'line', x0: low, x1: high, y0: y, y1: y, line },
    // Dark under white, so that it is seen on every color of the scale.
    { type: 'rect', ...cell, line: { color: '#000000', width: 4 } },
    { type: 'rect', ...cell, line: { ...white, width: 2 } },
  ];
}

function nearest(
  { errors, scalingCoefs: { length } }: DisentanglementMap,
  first: number,
  second: number,
): number | null {
  let [found, least] = [null as number | null, Infinity];
  for (const [place, error] of errors.entries()) {
    const distance = (Math.floor(place / length) - first) ** 2 + ((place % length) - second) ** 2;
    if (error !== undefined && distance < least) [found, least] = [error, distance];
  }
  return found;
}

/** Both terms of ξ, and its band. */
function describe({ errors, cells, counts, tasks }: DisentanglementMap, place: number): string {
  const error = errors[place];
  if (error === undefined) return 'not measured yet';
  const cell = cells?.[place];
  if (cell === undefined || counts === null) return `ξ = ${error.toFixed(3)}`;
  const terms = cell.disagreements.map(
    (disagreements, t) =>
      `${tasks[t]} ${(disagreements / counts[t]).toFixed(3)} (${disagreements} of ${counts[t]})`,
  );
  const [low, high] = cell.band;
  return [`ξ = ${error.toFixed(3)}, 95 % ${low.toFixed(3)} to ${high.toFixed(3)}`, ...terms].join('<br>');
}

/** Draws ξ(α, …, α) with its 95 % band. */
export function diagonalFigure({ cells }: DisentanglementResult, theme: ChartTheme): Figure {
  const x = cells.map(({ scalingCoefs }) => scalingCoefs[0]);
  const bound = (side: 0 | 1) => cells.map(({ band }) => band[side]);
  const hidden = { type: 'scatter', mode: 'lines', line: { width: 0 }, hoverinfo: 'skip' };
  return {
    traces: [
      { ...hidden, x, y: bound(0) },
      { ...hidden, x, y: bound(1), fill: 'tonexty', fillcolor: theme.grid },
      {
        x,
        y: cells.map(({ error }) => error),
        type: 'scatter',
        mode: 'lines+markers',
        line: { color: theme.first, width: 1.75 },
        marker: { color: theme.first, size: 5 },
        hovertemplate: 'α %{x:.2f}<br>ξ = %{y:.3f}<extra></extra>',
      },
    ],
    layout: {
      xaxis: axisOf(theme, 'α of every task'),
      yaxis: { ...axisOf(theme, 'ξ'), rangemode: 'tozero' },
    },
  };
}

/** Draws ξ(α, α) of every pair of tasks. */
export function pairsFigure({ cells, tasks }: DisentanglementResult, theme: ChartTheme): Figure {
  const names = tasks.map(({ task }) => task);
  const between = (a: number, b: number) =>
    cells.find(({ tasks: pair }) => a !== b && pair.includes(a) && pair.includes(b))?.error ?? null;
  const z = names.map((_, a) => names.map((__, b) => between(a, b)));
  return {
    traces: [
      {
        type: 'heatmap',
        x: names,
        y: names,
        z,
        zmin: 0,
        colorscale: 'Viridis',
        text: z.map((row) => row.map((error) => error?.toFixed(2) ?? '')),
        texttemplate: '%{text}',
        hovertemplate: '%{x} and %{y}<br>ξ = %{z:.3f}<extra></extra>',
        colorbar: { title: { text: 'ξ' }, thickness: 12, outlinewidth: 0, tickfont: { size: 11 } },
      },
    ],
    layout: {
      margin: { l: 80, r: 12, t: 12, b: 60 },
      xaxis: { ...axisOf(theme, ''), showgrid: false },
      yaxis: { ...axisOf(theme, ''), autorange: 'reversed', showgrid: false },
    },
  };
}
