/** Colors and fonts of a chart, from the page's design tokens as they stand now. */
export interface ChartTheme {
  readonly text: string;
  readonly soft: string;
  readonly grid: string;
  readonly surface: string;
  readonly line: string;
  readonly font: string;
}

/** Reads the tokens where the element stands, so that a chart follows light and dark. */
export function readTheme(element: HTMLElement): ChartTheme {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: token('--text'),
    soft: token('--text-soft'),
    grid: token('--chart-grid'),
    surface: token('--surface'),
    line: token('--chart-1'),
    font: token('--sans'),
  };
}

/** What a curve's chart says about itself. */
export interface CurveLabels {
  readonly metric: string;
  readonly isLog: boolean;
}

/** Plotly's layout of one curve over steps. */
export function curveLayout(theme: ChartTheme, { metric, isLog }: CurveLabels): Record<string, unknown> {
  const axis = {
    gridcolor: theme.grid,
    zeroline: false,
    linecolor: theme.grid,
    tickfont: { color: theme.soft, size: 11 },
    automargin: true,
  };
  return {
    autosize: true,
    margin: { l: 48, r: 12, t: 8, b: 36 },
    paper_bgcolor: theme.surface,
    plot_bgcolor: theme.surface,
    font: { family: theme.font, size: 12, color: theme.text },
    showlegend: false,
    hovermode: 'x',
    hoverlabel: { bgcolor: theme.surface, bordercolor: theme.grid, font: { color: theme.text } },
    xaxis: {
      ...axis,
      title: { text: 'step', font: { color: theme.soft, size: 12 }, standoff: 6 },
      rangemode: 'tozero',
    },
    yaxis: {
      ...axis,
      type: isLog ? 'log' : 'linear',
      title: { text: metric, font: { color: theme.soft, size: 12 }, standoff: 6 },
      ...(isLog ? { dtick: 1, exponentformat: 'power' } : {}),
    },
    // Keeps zoom and pan while points arrive; another metric or scale starts afresh.
    uirevision: `${metric} ${isLog}`,
  };
}
