import { AppError } from '#contract/errors';
import type { FigureDocument } from '#contract/figure';
import type { FigureSource } from '#contract/report';
import { eigenfunctionFigure, IMAGES_PER_END } from '#report/figures/eigenfunction-figure';
import { imageType } from '#report/figures/image-type';
import type { Resolved } from '#report/report-content';
import { originsOf } from './origins-of';
import { readKernels } from './read-kernels';
import type { ReportSources } from './report-sources';
import { assertOutput } from './resolve-kernels';

type ShownImage = ReturnType<Parameters<typeof eigenfunctionFigure>[3]>;

/**
 * Makes a figure of the images on which eigenfunctions are largest and smallest.
 *
 * @throws {AppError} `nothing_to_show`, also if one of the images is neither PNG nor JPEG
 */
export async function resolveEigenfunctions(
  { runId, output, count }: Extract<FigureSource, { kind: 'eigenfunctions' }>,
  sources: ReportSources,
): Promise<Resolved<FigureDocument>> {
  const [kernel] = await readKernels([runId], sources);
  assertOutput(kernel, output);
  const { images, split, spectra } = kernel.result;
  const { eigenfunctions } = spectra[output];
  if (eigenfunctions.length === 0) {
    throw new AppError('nothing_to_show', `The run ${runId} describes no eigenfunctions of this output.`, {
      runId,
    });
  }
  const ends = eigenfunctions
    .slice(0, count)
    .flatMap(({ largest, smallest }) => [
      ...largest.slice(0, IMAGES_PER_END),
      ...smallest.slice(0, IMAGES_PER_END),
    ]);
  const places = [...new Set(ends)];
  const found = new Map<number, ShownImage>();
  const { task, control } = images;
  for (const [side, first] of [
    [task, 0],
    [control, task.indices.length],
  ] as const) {
    const own = places.filter((place) => place >= first && place < first + side.indices.length);
    const indices = own.map((place) => side.indices[place - first]);
    const loaded = await sources.datasetImages.images(side.dataset, split, indices);
    loaded.forEach(({ bytes, name }, i) => {
      const mediaType = imageType(bytes);
      if (mediaType === null) {
        throw new AppError(
          'nothing_to_show',
          `The image ${name} of ${side.task} is neither PNG nor JPEG: papers cannot show it as it is.`,
          { image: name, dataset: side.task },
        );
      }
      found.set(own[i], { bytes, mediaType });
    });
  }
  return {
    content: eigenfunctionFigure(kernel, output, count, (place) => found.get(place)!),
    origins: originsOf([runId], sources.catalog),
  };
}
