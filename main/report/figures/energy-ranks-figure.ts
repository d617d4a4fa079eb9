import type { FigureDocument, Mark } from '#contract/figure';
import { linearSpan } from './axis-span';
import { describeKernels, describeOutputs, evenEnergy, usualRank, type DrawnKernel } from './kernel-words';
import { pickPlaces } from './thin-curve';

/**
 * Draws the mean local energy against the number of eigenfunctions kept, on the task and on the control, with what
 * nothing localized would have: solid for the first kernel, dotted for one beside it.
 *
 * @param kernels at least one, all on the same images
 */
export function energyRanksFigure(kernels: readonly DrawnKernel[]): FigureDocument {
  const [{ result }] = kernels;
  const { task, control } = result.images;
  const rank = usualRank(result);
  const curve = (
    name: string,
    energies: readonly number[],
    series: number,
    dash: number,
    isReference = false,
  ): Mark => {
    const places = pickPlaces(energies.length, 'linear');
    return {
      kind: 'line',
      name,
      series,
      dash,
      x: places.map((place) => place + 1),
      y: places.map((place) => energies[place]),
      low: null,
      high: null,
      hasPoints: false,
      isReference,
    };
  };
  const dashOf = (place: number) => [0, 2, 1, 3][place % 4];
  const curves = kernels.flatMap(({ name, result: { localEnergy } }, place) => {
    const network = kernels.length === 1 ? '' : `, ${name}`;
    const { byRank } = localEnergy;
    return [
      curve(`${task.task}${network}`, byRank.task, 0, dashOf(place)),
      curve(`${control.task} (control)${network}`, byRank.control, 1, dashOf(place)),
    ];
  });
  const longest = Math.max(...kernels.map((kernel) => kernel.result.localEnergy.byRank.task.length));
  const even = Array.from({ length: longest }, (_, k) => evenEnergy(result, k + 1));
  const all = kernels.flatMap(({ result: { localEnergy } }) => [
    ...localEnergy.byRank.task,
    ...localEnergy.byRank.control,
  ]);
  const range = linearSpan([...all, ...even], { from: 0 });
  return {
    id: 'local-energy-by-rank',
    title: `Mean local energy on ${task.task} and ${control.task} by rank`,
    caption:
      'Mean local energy against the number of leading eigenfunctions that are kept.' +
      `${describeOutputs(result)} ${describeKernels(kernels)} Grey: what it would be if nothing were localized. ` +
      `The dotted vertical line is at ${rank}, the number that the local energy keeps.`,
    body: {
      kind: 'plots',
      columns: 1,
      panels: [
        {
          title: '',
          x: { scale: 'linear', title: 'eigenfunctions kept', range: [0, Math.max(longest, 2)] },
          y: { scale: 'linear', title: 'mean local energy', range },
          isSquare: false,
          marks: [
            { kind: 'rule', from: [rank, range[0]], to: [rank, range[1]] },
            curve('nothing localized', even, 0, 1, true),
            ...curves,
          ],
        },
      ],
      colorScale: null,
    },
  };
}
