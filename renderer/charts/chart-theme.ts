/** Colors and fonts of a chart, from the page's design tokens as they stand now. */
export interface ChartTheme {
  readonly text: string;
  readonly soft: string;
  readonly grid: string;
  readonly surface: string;
  /** What the figure is about, and what it is compared with. */
  readonly first: string;
  readonly second: string;
  readonly third: string;
  readonly font: string;
}

/** What a chart draws. */
export interface Figure {
  readonly traces: readonly Readonly<Record<string, unknown>>[];
  /** Added to {@link baseLayout}. */
  readonly layout: Readonly<Record<string, unknown>>;
}

/** Reads the tokens where the element stands, so that a chart follows light and dark. */
export function readTheme(element: HTMLElement): ChartTheme {
  const style = getComputedStyle(element);
  const probe = document.createElement('span');
  element.append(probe);
  // A token may depend on the color scheme; only as the color of something does it become one color.
  const color = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const theme = {
    text: color('--text'),
    soft: color('--text-soft'),
    grid: color('--chart-grid'),
    surface: color('--surface'),
    first: color('--chart-1'),
    second: color('--chart-2'),
    third: color('--chart-3'),
    font: style.getPropertyValue('--sans').trim(),
  };
  probe.remove();
  return theme;
}

/** Plotly's layout that all charts share. */
export function baseLayout(theme: ChartTheme): Record<string, unknown> {
  return {
    autosize: true,
    margin: { l: 48, r: 12, t: 8, b: 36 },
    paper_bgcolor: theme.surface,
    plot_bgcolor: theme.surface,
    font: { family: theme.font, size: 12, color: theme.text },
    showlegend: false,
    hoverlabel: { bgcolor: theme.surface, bordercolor: theme.grid, font: { color: theme.text } },
  };
}

/** Plotly's settings of an axis with a title. */
export function axisOf(theme: ChartTheme, title: string): Record<string, unknown> {
  return {
    gridcolor: theme.grid,
    zeroline: false,
    linecolor: theme.grid,
    tickfont: { color: theme.soft, size: 11 },
    title: { text: title, font: { color: theme.soft, size: 12 }, standoff: 6 },
    automargin: true,
  };
}

/** Plotly's settings of the axes of curves over steps; zoom and pan are kept until another metric or scale is shown. */
export function curveAxes(
  theme: ChartTheme,
  metric: string,
  isLog: boolean,
): Readonly<Record<string, unknown>> {
  return {
    xaxis: { ...axisOf(theme, 'step'), rangemode: 'tozero' },
    yaxis: {
      ...axisOf(theme, metric),
      type: isLog ? 'log' : 'linear',
      ...(isLog ? { dtick: 1, exponentformat: 'power' } : {}),
    },
    uirevision: `${metric} ${isLog}`,
  };
}
