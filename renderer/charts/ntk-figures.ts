import type { NtkResult } from '#contract/ntk';
import { axisOf, type ChartTheme, type Figure } from './chart-theme';

/** Draws the local energy of every image, as violins with their points. */
export function energyFigure({ images, localEnergy }: NtkResult, theme: ChartTheme): Figure {
  const side = (name: string, values: readonly number[], indices: readonly number[], color: string) => ({
    type: 'violin',
    name,
    y: values,
    text: indices.map((index) => `image ${index}`),
    points: 'all',
    jitter: 0.35,
    pointpos: 0,
    scalemode: 'width',
    spanmode: 'hard',
    meanline: { visible: true },
    line: { color, width: 1.25 },
    marker: { color, size: 3, opacity: 0.6 },
    hoveron: 'points',
    hovertemplate: '%{text}<br>E = %{y:.3f}<extra></extra>',
  });
  const { task, control } = images;
  return {
    traces: [
      side(task.task, localEnergy.perImage.task, task.indices, theme.first),
      side(`${control.task} (control)`, localEnergy.perImage.control, control.indices, theme.second),
    ],
    layout: {
      xaxis: axisOf(theme, ''),
      yaxis: { ...axisOf(theme, 'local energy'), range: [0, 1] },
    },
  };
}

/** Draws the mean local energy against the number of eigenfunctions kept, with what nothing localised would have. */
export function rankFigure(
  { images, localEnergy: { byRank } }: NtkResult,
  rank: number,
  theme: ChartTheme,
): Figure {
  const all = images.task.indices.length + images.control.indices.length;
  const x = byRank.task.map((_, k) => k + 1);
  const curve = (name: string, y: readonly number[], color: string, dash: string) => ({
    type: 'scatter',
    mode: 'lines',
    name,
    x,
    y,
    line: { color, width: 1.75, dash },
    hovertemplate: '%{y:.3f}',
  });
  const line = { color: theme.soft, width: 1, dash: 'dot' };
  return {
    traces: [
      curve(images.task.task, byRank.task, theme.first, 'solid'),
      curve(`${images.control.task} (control)`, byRank.control, theme.second, 'solid'),
      curve(
        'nothing localised',
        x.map((k) => k / all),
        theme.soft,
        'dash',
      ),
    ],
    layout: {
      showlegend: true,
      legend: { orientation: 'h', y: 1.12, x: 0 },
      margin: { l: 48, r: 12, t: 24, b: 40 },
      hovermode: 'x unified',
      xaxis: axisOf(theme, 'eigenfunctions kept'),
      yaxis: { ...axisOf(theme, 'mean local energy'), rangemode: 'tozero' },
      shapes: [{ type: 'line', x0: rank, x1: rank, y0: 0, y1: 1, yref: 'paper', line }],
    },
  };
}

/** Draws the singular values of every kernel, relative to their first. */
export function decayFigure({ spectra }: NtkResult, chosen: number, theme: ChartTheme): Figure {
  return {
    // The chosen one last, so that it lies on top.
    traces: [...spectra.keys()]
      .sort((a, b) => Number(a === chosen) - Number(b === chosen))
      .map((c) => {
        const { output, singularValues } = spectra[c];
        return {
          type: 'scatter',
          mode: 'lines',
          name: output,
          x: singularValues.map((_, k) => k + 1),
          y: singularValues.map((value) => value / singularValues[0]),
          line: c === chosen ? { color: theme.first, width: 2.25 } : { color: theme.grid, width: 1.25 },
          hovertemplate: `${output}<br>σ_%{x} / σ_1 = %{y:.3~e}<extra></extra>`,
        };
      }),
    layout: {
      xaxis: { ...axisOf(theme, 'k'), type: 'log', dtick: 1 },
      yaxis: { ...axisOf(theme, 'σ_k / σ_1'), type: 'log', dtick: 1, exponentformat: 'power' },
    },
  };
}
