import type { NtkResult } from '#contract/ntk';
import { axisOf, type ChartTheme, type Figure } from './chart-theme';

/** A kernel as it is drawn; the first of several is what the figure is about, the second what it is compared with. */
export interface DrawnKernel {
  /** Of the network. */
  readonly name: string;
  readonly result: NtkResult;
}

/** A kernel with the local energies of its images, which depend on the number of eigenfunctions kept. */
export interface DrawnEnergy extends DrawnKernel {
  readonly task: readonly number[];
  readonly control: readonly number[];
}

/** Draws the local energy of every image, as violins with their points: filled for the first kernel, hollow for the second. */
export function energyFigure(kernels: readonly DrawnEnergy[], theme: ChartTheme): Figure {
  const side = (
    { name, place }: { readonly name: string; readonly place: number },
    values: readonly number[],
    indices: readonly number[],
    color: string,
  ) => ({
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
    ...(place === 0 ? {} : { fillcolor: 'rgba(0,0,0,0)' }),
    marker: { color, size: 3, opacity: 0.6 },
    hoveron: 'points',
    hovertemplate: `${name.replace('<br>', ', ')}, %{text}<br>E = %{y:.3f}<extra></extra>`,
  });
  const of = (which: string, network: string) =>
    kernels.length === 1 ? which : `${which}<br>${shorten(network)}`;
  const [{ result }] = kernels;
  const { task, control } = result.images;
  return {
    traces: [
      ...kernels.map((kernel, place) =>
        side({ name: of(task.task, kernel.name), place }, kernel.task, task.indices, theme.first),
      ),
      ...kernels.map((kernel, place) =>
        side(
          { name: of(`${control.task} (control)`, kernel.name), place },
          kernel.control,
          control.indices,
          theme.second,
        ),
      ),
    ],
    layout: {
      xaxis: axisOf(theme, ''),
      yaxis: { ...axisOf(theme, 'local energy'), range: [0, 1] },
    },
  };
}

/** Four names stand side by side under an axis. */
function shorten(name: string): string {
  return name.length <= 18 ? name : `${name.slice(0, 17)}…`;
}

/** Draws the mean local energy against the number of eigenfunctions kept, with what nothing localised would have. */
export function rankFigure(kernels: readonly DrawnKernel[], rank: number, theme: ChartTheme): Figure {
  const [{ result }] = kernels;
  const { task, control } = result.images;
  const all = task.indices.length + control.indices.length;
  const curve = (name: string, y: readonly number[], color: string, dash: string) => ({
    type: 'scatter',
    mode: 'lines',
    name,
    x: y.map((_, k) => k + 1),
    y,
    line: { color, width: 1.75, dash },
    hovertemplate: '%{y:.3f}',
  });
  const line = { color: theme.soft, width: 1, dash: 'dot' };
  const none = result.localEnergy.byRank.task.map((_, k) => (k + 1) / all);
  return {
    traces: [
      ...kernels.flatMap(({ name, result: { localEnergy } }, place) => {
        const dash = place === 0 ? 'solid' : 'dot';
        const network = kernels.length === 1 ? '' : `, ${shorten(name)}`;
        return [
          curve(`${task.task}${network}`, localEnergy.byRank.task, theme.first, dash),
          curve(`${control.task} (control)${network}`, localEnergy.byRank.control, theme.second, dash),
        ];
      }),
      curve('nothing localised', none, theme.soft, 'dash'),
    ],
    layout: {
      showlegend: true,
      legend: { orientation: 'h', y: 1.02, yanchor: 'bottom', x: 0, font: { size: 11 } },
      margin: { l: 48, r: 12, t: 24, b: 40 },
      hovermode: 'x unified',
      xaxis: axisOf(theme, 'eigenfunctions kept'),
      yaxis: { ...axisOf(theme, 'mean local energy'), rangemode: 'tozero' },
      shapes: [{ type: 'line', x0: rank, x1: rank, y0: 0, y1: 1, yref: 'paper', line }],
    },
  };
}

/** Draws the singular values of every kernel, relative to their first; of what it is compared with those of the chosen output. */
export function decayFigure(
  [{ name: own, result }, ...others]: readonly DrawnKernel[],
  chosen: number,
  theme: ChartTheme,
): Figure {
  const curve = (name: string, singularValues: readonly number[], line: object, label: string) => ({
    type: 'scatter',
    mode: 'lines',
    name: label,
    x: singularValues.map((_, k) => k + 1),
    y: singularValues.map((value) => value / singularValues[0]),
    line,
    hovertemplate: `${name}<br>σ_%{x} / σ_1 = %{y:.3~e}<extra></extra>`,
  });
  const rest = result.spectra.filter((_, c) => c !== chosen);
  const { output, singularValues } = result.spectra[chosen];
  return {
    // The chosen one last, so that it lies on top.
    traces: [
      ...rest.map((spectrum) => ({
        ...curve(spectrum.output, spectrum.singularValues, { color: theme.grid, width: 1.25 }, ''),
        showlegend: false,
      })),
      ...others.map(({ name, result: { spectra } }) =>
        curve(
          `${output}, ${name}`,
          spectra[chosen].singularValues,
          { color: theme.third, width: 2, dash: 'dot' },
          shorten(name),
        ),
      ),
      curve(`${output}, ${own}`, singularValues, { color: theme.first, width: 2.25 }, shorten(own)),
    ],
    layout: {
      ...(others.length === 0
        ? {}
        : { showlegend: true, legend: { x: 0, y: 0, bgcolor: 'rgba(0,0,0,0)', font: { size: 11 } } }),
      xaxis: { ...axisOf(theme, 'k'), type: 'log', dtick: 1 },
      yaxis: { ...axisOf(theme, 'σ_k / σ_1'), type: 'log', dtick: 1, exponentformat: 'power' },
    },
  };
}
