import type { PublishedComparison } from '#contract/benchmark-report';
import type { AdvantageSummary, BenchmarkSummary, SeedSpread } from '#contract/benchmark-summary';
import { axisOf, type ChartTheme, type Figure } from './chart-theme';

/** One single-task accuracy in f against the same in the expansion; fractions. */
export interface AdvantagePoint {
  readonly task: string;
  /** Null for a published number. */
  readonly seed: number | null;
  readonly nonLinear: number;
  readonly linear: number;
  /** (acc_nl − acc_lin) / (1 − 1/C); null where C is not known. */
  readonly normalized: number | null;
}

/**
 * Pairs test accuracies of single-task models as in Figs. 2 and 5 of arXiv 2305.12827: one point for each task
 * and each seed that both have.
 *
 * @param summary of a benchmark
 * @param against which linearised models
 */
export function advantagePoints(
  { tasks, methods, advantages }: BenchmarkSummary,
  against: AdvantageSummary['against'],
): AdvantagePoint[] {
  const of = (wanted: string) => methods.find(({ method }) => method === wanted)?.singleTask.tasks;
  const [nonLinear, linear] = [of('standard'), of(against)];
  const normalized = advantages.find((advantage) => advantage.against === against)?.normalized.tasks;
  const at = (spread: SeedSpread | null | undefined, seed: number): number | undefined =>
    spread?.values[spread.seeds.indexOf(seed)];
  return tasks.flatMap((task, t) =>
    (nonLinear?.[t]?.seeds ?? []).flatMap((seed) => {
      const [a, b] = [at(nonLinear?.[t], seed), at(linear?.[t], seed)];
      if (a === undefined || b === undefined) return [];
      return [{ task, seed, nonLinear: a, linear: b, normalized: at(normalized?.[t], seed) ?? null }];
    }),
  );
}

/** Names for points: each task's at its first seed, unless another name is near. */
function namesApart(points: readonly AdvantagePoint[]): string[] {
  const named: AdvantagePoint[] = [];
  return points.map((point) => {
    const isTaken = named.some(
      ({ task, linear, nonLinear }) =>
        task === point.task ||
        (Math.abs(linear - point.linear) < nameWidth && Math.abs(nonLinear - point.nonLinear) < nameHeight),
    );
    if (isTaken) return '';
    named.push(point);
    return point.task;
  });
}
/** Room that a name takes in the figure, as fractions of accuracy. */
const [nameWidth, nameHeight] = [0.05, 0.015];

/**
 * Draws non-linear against linearised accuracy with the diagonal on which neither is better, and published
 * numbers as open diamonds.
 *
 * @param points ours
 * @param published those of others; none where there are none for this pair of methods
 */
export function advantageFigure(
  points: readonly AdvantagePoint[],
  published: PublishedComparison['singleTask'],
  names: { readonly linear: string; readonly published: string },
  theme: ChartTheme,
): Figure {
  const percent = (fraction: number) => 100 * fraction;
  const all = [...points, ...published].flatMap(({ nonLinear, linear }) => [nonLinear, linear]);
  const least = Math.max(0, Math.floor(Math.min(...all) * 10) * 10 - 5);
  const range = [least, 101];
  const describe = ({ task, seed, nonLinear, linear, normalized }: AdvantagePoint): string =>
    [
      `<b>${task}</b>, seed ${seed}`,
      `advantage ${percent(nonLinear - linear).toFixed(1)} points` +
        (normalized === null ? '' : `, ${normalized.toFixed(3)} of the way from chance to perfect`),
    ].join('<br>');
  return {
    traces: [
      {
        type: 'scatter',
        mode: 'markers+text',
        name: 'ours',
        x: points.map(({ linear }) => percent(linear)),
        y: points.map(({ nonLinear }) => percent(nonLinear)),
        // Hovering names every point; where they crowd, a name of each would cover the others.
        text: namesApart(points),
        // Towards the middle, so that no name is cut off.
        textposition: points.map(({ linear }) => (linear > 0.85 ? 'bottom left' : 'bottom right')),
        textfont: { size: 11, color: theme.soft },
        customdata: points.map(describe),
        marker: { color: theme.first, size: 9, line: { color: theme.surface, width: 1 } },
        hovertemplate: `%{customdata}<br>non-linear %{y:.1f} %, ${names.linear} %{x:.1f} %<extra></extra>`,
      },
      {
        type: 'scatter',
        mode: 'markers',
        name: names.published,
        x: published.map(({ linear }) => percent(linear)),
        y: published.map(({ nonLinear }) => percent(nonLinear)),
        customdata: published.map(
          ({ task, source, confirmed }) => `<b>${task}</b>, ${source}${confirmed ? '' : ' †'}`,
        ),
        marker: { color: theme.second, size: 9, symbol: 'diamond-open', line: { width: 1.5 } },
        hovertemplate: `%{customdata}<br>non-linear %{y:.1f} %, ${names.linear} %{x:.1f} %<extra></extra>`,
      },
    ].filter(({ x }) => x.length > 0),
    layout: {
      showlegend: published.length > 0,
      legend: { orientation: 'h', y: 1.06, x: 0 },
      margin: { l: 56, r: 12, t: 28, b: 44 },
      xaxis: { ...axisOf(theme, `accuracy of ${names.linear} models, %`), range, constrain: 'domain' },
      yaxis: {
        ...axisOf(theme, 'accuracy of non-linear models, %'),
        range,
        scaleanchor: 'x',
        constrain: 'domain',
      },
      shapes: [
        {
          type: 'line',
          x0: range[0],
          y0: range[0],
          x1: range[1],
          y1: range[1],
          line: { color: theme.soft, width: 1, dash: 'dot' },
        },
      ],
    },
  };
}

/** A quantity against α for one method. */
export interface AlphaCurve {
  readonly name: string;
  /** Whether it is the second quantity of its method, which is drawn with dashes. */
  readonly isSecond: boolean;
  /** Place of the method, for its color. */
  readonly method: number;
  readonly points: readonly { readonly scalingCoef: number; readonly value: SeedSpread }[];
  /** α that was chosen, on average over seeds. */
  readonly chosen: number | null;
}

/** Draws validation accuracy against α: the mean over seeds, the deviation as a band, and a mark where α was chosen. */
export function alphaFigure(curves: readonly AlphaCurve[], title: string, theme: ChartTheme): Figure {
  const colors = [theme.first, theme.second, theme.third];
  return {
    traces: curves.flatMap(({ name, isSecond, method, points, chosen }) => {
      const color = colors[method % colors.length];
      const x = points.map(({ scalingCoef }) => scalingCoef);
      const bound = (sign: 1 | -1) =>
        points.map(({ value: { mean, deviation } }) => 100 * (mean + sign * (deviation ?? 0)));
      const hidden = {
        type: 'scatter',
        mode: 'lines',
        line: { width: 0 },
        hoverinfo: 'skip',
        showlegend: false,
        x,
      };
      const hasBand = points.some(({ value }) => value.deviation !== null);
      const band = { fill: 'tonexty', fillcolor: color.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.15)') };
      return [
        ...(hasBand
          ? [
              { ...hidden, y: bound(-1) },
              { ...hidden, y: bound(1), ...band },
            ]
          : []),
        {
          type: 'scatter',
          mode: 'lines+markers',
          name,
          x,
          y: points.map(({ value }) => 100 * value.mean),
          line: { color, width: 1.75, dash: isSecond ? 'dash' : 'solid' },
          marker: {
            color,
            size: points.map(({ scalingCoef }) =>
              chosen !== null && Math.abs(scalingCoef - chosen) < 0.026 ? 9 : 3,
            ),
          },
          hovertemplate: '%{y:.1f}',
        },
      ];
    }),
    layout: {
      showlegend: true,
      legend: { orientation: 'h', y: 1.02, yanchor: 'bottom', x: 0 },
      margin: { l: 52, r: 12, t: 60, b: 40 },
      hovermode: 'x unified',
      xaxis: axisOf(theme, 'α'),
      yaxis: axisOf(theme, title),
    },
  };
}
