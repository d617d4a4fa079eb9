import type { FigureDocument, ImagesBody } from '#contract/figure';
import { countOf, fileName } from './list-names';
import { describeKernels, type DrawnKernel } from './kernel-words';

type FigureImage = ImagesBody['rows'][number]['images'][number];

/** Images shown at each end of an eigenfunction. */
export const IMAGES_PER_END = 4;

/**
 * Shows the images on which eigenfunctions are largest and smallest: a row for each, the largest first.
 *
 * @param chosen place of the output
 * @param count eigenfunctions shown, at least 1
 * @param imageAt the image at a place among those of task and control
 */
export function eigenfunctionFigure(
  kernel: DrawnKernel,
  chosen: number,
  count: number,
  imageAt: (place: number) => Pick<FigureImage, 'bytes' | 'mediaType'>,
): FigureDocument {
  const { images, spectra, split } = kernel.result;
  const { task, control } = images;
  const { output, eigenfunctions } = spectra[chosen];
  const shown = eigenfunctions.slice(0, count);
  const nameOf = (place: number): string => {
    const side = place < task.indices.length ? task : control;
    return `${side.task} ${side.indices[side === task ? place : place - task.indices.length]}`;
  };
  const perEnd = Math.min(
    IMAGES_PER_END,
    ...shown.flatMap(({ largest, smallest }) => [largest.length, smallest.length]),
  );
  return {
    id: `eigenfunctions-${fileName(output)}`,
    title: `Eigenfunctions of the kernel on ${task.task}`,
    caption:
      `For each of the leading ${countOf(shown.length, 'eigenfunction')} of the output ${output} the ` +
      `${countOf(perEnd, 'image')} on which it is largest, the largest first, then the ${perEnd} on which it is smallest, ` +
      `the smallest first. Below each is its dataset and its place in the ${split} split; the energy of an eigenfunction ` +
      `is the share of its squared norm on the images of ${task.task}, the rest of 1 lies on ${control.task}. ` +
      describeKernels([kernel]),
    body: {
      kind: 'images',
      columns: 2 * perEnd,
      rows: shown.map(({ energyOnTask, largest, smallest }, k) => ({
        title: `Eigenfunction ${k + 1}: energy ${energyOnTask.toFixed(2)} on ${task.task}`,
        images: [...largest.slice(0, perEnd), ...smallest.slice(0, perEnd)].map((place) => ({
          ...imageAt(place),
          label: nameOf(place),
        })),
      })),
    },
  };
}
