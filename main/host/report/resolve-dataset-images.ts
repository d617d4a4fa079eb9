import { AppError } from '#contract/errors';
import type { FigureDocument } from '#contract/figure';
import type { FigureSource } from '#contract/report';
import { datasetFigure, type ShownClass } from '#report/figures/dataset-figure';
import { imageType } from '#report/figures/image-type';
import type { Resolved } from '#report/report-content';
import { originsOf } from './origins-of';
import type { ReportSources } from './report-sources';

/** More images do not fit on a page. */
const MOST_IMAGES = 120;

/**
 * Makes a figure of images of a dataset: the first of each class, of as many classes as fit on a page.
 *
 * @throws {AppError} `unknown_artifact`; `nothing_to_show` if the split has no images that papers can show
 */
export async function resolveDatasetImages(
  { datasetId, split, perClass }: Extract<FigureSource, { kind: 'images' }>,
  { catalog, datasetImages }: ReportSources,
): Promise<Resolved<FigureDocument>> {
  const { madeBy } = catalog.artifacts.find(datasetId);
  const { name, classes } = await datasetImages.summary(datasetId);
  const shown: ShownClass[] = [];
  let leftOut = 0;
  for (const [label, { name: className }] of classes.entries()) {
    if ((shown.length + 1) * perClass > MOST_IMAGES) break;
    const places = await datasetImages.places(datasetId, split, label, perClass);
    const images = (await datasetImages.images(datasetId, split, places)).flatMap(({ bytes }) => {
      const mediaType = imageType(bytes);
      return mediaType === null ? [] : [{ bytes, mediaType }];
    });
    leftOut += places.length - images.length;
    if (images.length > 0) shown.push({ name: className, images });
  }
  if (shown.length === 0) {
    const reason = leftOut === 0 ? 'has no images' : 'has no PNG or JPEG images, which papers can show';
    throw new AppError('nothing_to_show', `The split ${split} of ${name} ${reason}.`, { datasetId, split });
  }
  return {
    content: datasetFigure({ name, split, classes: shown, classCount: classes.length, leftOut }),
    origins: originsOf(madeBy === null ? [] : [madeBy], catalog),
  };
}
