import type { FigureDocument, Mark } from '#contract/figure';
import { logSpan } from './axis-span';
import { describeKernels, type DrawnKernel } from './kernel-words';
import { countOf, fileName, listNames } from './list-names';
import { pickPlaces } from './thin-curve';

/**
 * Draws how the singular values of kernels fall, relative to the first, on logarithmic axes: the chosen output of the
 * first kernel in color, its other outputs in grey, and the same output of the kernels beside it.
 *
 * @param kernels at least one; each has the chosen output
 * @param chosen place of the output
 */
export function spectrumFigure(kernels: readonly DrawnKernel[], chosen: number): FigureDocument {
  const [own, ...others] = kernels;
  const { spectra, images } = own.result;
  const { output } = spectra[chosen];
  const rest = spectra.filter((_, place) => place !== chosen);
  // The chosen one last, so that it lies on top.
  const marks = [
    ...rest.map((spectrum, place) =>
      curve(spectrum.singularValues, {
        name: place === 0 ? 'other outputs' : '',
        about: `${own.name}, ${spectrum.output}`,
        series: 0,
        dash: 0,
        isReference: true,
      }),
    ),
    ...others.map(({ name, result }, place) =>
      curve(result.spectra[chosen].singularValues, {
        name,
        about: `${name}, ${output}`,
        series: 1 + place,
        dash: 1 + (place % 3),
        isReference: false,
      }),
    ),
    curve(spectra[chosen].singularValues, {
      name: own.name,
      about: `${own.name}, ${output}`,
      series: 0,
      dash: 0,
      isReference: false,
    }),
  ];
  const drawn = marks.flatMap(({ y }) => y);
  const longest = Math.max(...marks.flatMap(({ x }) => x));
  return {
    id: `kernel-spectrum-${fileName(output)}`,
    title: `Singular values of the kernel on ${images.task.task}`,
    caption:
      `Singular values of the kernel in descending order, relative to the first, on logarithmic axes. ` +
      `Colored: the output ${output}${others.length === 0 ? '' : ` of ${listNames(kernels.map(({ name }) => name))}`}` +
      `${rest.length === 0 ? '' : `; grey: ${countOf(rest.length, 'other output')} of ${own.name}`}. ${describeKernels(kernels)}`,
    body: {
      kind: 'plots',
      columns: 1,
      panels: [
        {
          title: '',
          x: { scale: 'log', title: 'number k of the singular value', range: [1, Math.max(longest, 10)] },
          y: { scale: 'log', title: 'singular value k / first', range: [logSpan(drawn)[0], 1.3] },
          isSquare: false,
          marks,
        },
      ],
      colorScale: null,
    },
  };
}

type Line = Extract<Mark, { kind: 'line' }>;

/** Zeros and what rounding has made negative have no place on a logarithmic axis. */
function curve(
  singularValues: readonly number[],
  look: Pick<Line, 'name' | 'about' | 'series' | 'dash' | 'isReference'>,
): Line {
  const places = pickPlaces(singularValues.length, 'log').filter((place) => singularValues[place] > 0);
  return {
    kind: 'line',
    ...look,
    x: places.map((place) => place + 1),
    y: places.map((place) => singularValues[place] / singularValues[0]),
    low: null,
    high: null,
    hasPoints: false,
  };
}
