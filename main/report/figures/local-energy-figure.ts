import type { FigureDocument, Mark, Panel } from '#contract/figure';
import { mean } from '../spread';
import { describeKernels, describeOutputs, evenEnergy, type DrawnKernel } from './kernel-words';
import { listNames } from './list-names';

/** A kernel with the local energy of every image, which depends on the number of eigenfunctions kept. */
export interface DrawnEnergy extends DrawnKernel {
  readonly task: readonly number[];
  readonly control: readonly number[];
}

/**
 * Draws the local energy of every image as violins: of the first kernel filled, of those beside it hollow, in one panel
 * for the task and one for the control.
 *
 * @param kernels at least one, all on the same images
 * @param rank eigenfunctions kept
 */
export function localEnergyFigure(kernels: readonly DrawnEnergy[], rank: number): FigureDocument {
  const [{ result }] = kernels;
  const { task, control } = result.images;
  const sides = [
    { name: task.task, series: 0, of: (kernel: DrawnEnergy) => kernel.task },
    { name: `${control.task} (control)`, series: 1, of: (kernel: DrawnEnergy) => kernel.control },
  ];
  const violin = (
    kernel: DrawnEnergy,
    { series, of }: (typeof sides)[number],
    category: number,
    isOpen: boolean,
  ): Mark => ({
    kind: 'violin',
    // The axis names them.
    name: '',
    series,
    category,
    values: [...of(kernel)],
    isOpen,
  });
  const even = evenEnergy(result, rank);
  const panel = (title: string, categories: string[], violins: Mark[]): Panel => ({
    title,
    x: { scale: 'category', title: '', categories },
    y: { scale: 'linear', title: 'local energy', range: [0, 1] },
    isSquare: false,
    marks: [{ kind: 'rule', from: [-0.5, even], to: [categories.length - 0.5, even] }, ...violins],
  });
  const panels =
    kernels.length === 1
      ? [
          panel(
            '',
            sides.map(({ name }) => name),
            sides.map((side, place) => violin(kernels[0], side, place, false)),
          ),
        ]
      : sides.map((side) =>
          panel(
            side.name,
            kernels.map(({ name }) => name),
            kernels.map((kernel, place) => violin(kernel, side, place, place > 0)),
          ),
        );
  const means = kernels.map(
    (kernel) =>
      `${mean(kernel.task).toFixed(3)} on ${task.task} and ${mean(kernel.control).toFixed(3)} on ${control.task}` +
      (kernels.length === 1 ? '' : ` (${kernel.name})`),
  );
  const beside =
    kernels.length === 1
      ? ''
      : ` Filled: ${kernels[0].name}; hollow: ${listNames(kernels.slice(1).map(({ name }) => name))}.`;
  return {
    id: 'local-energy',
    title: `Local energy on ${task.task} and ${control.task}`,
    caption:
      `Local energy of every image x, the sum of the squares φ(x)² of the leading ${rank} eigenfunctions φ; lines inside ` +
      `the violins are means.${describeOutputs(result)}${beside} ${describeKernels(kernels)} Means: ${means.join('; ')}. ` +
      `The dotted line at ${even.toFixed(3)} is what it would be if nothing were localized.`,
    body: { kind: 'plots', columns: panels.length, panels, colorScale: null },
  };
}
