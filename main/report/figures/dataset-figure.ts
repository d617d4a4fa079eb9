import type { FigureDocument, ImagesBody } from '#contract/figure';
import type { SplitName } from '#contract/specs/common';
import { countOf, fileName } from './list-names';

type FigureImage = ImagesBody['rows'][number]['images'][number];

/** As many classes stand side by side. */
const MOST_COLUMNS = 10;

/** A class with the images of it that can be shown. */
export interface ShownClass {
  readonly name: string;
  readonly images: readonly Pick<FigureImage, 'bytes' | 'mediaType'>[];
}

/** What a figure of a dataset shows. */
export interface ShownDataset {
  readonly name: string;
  readonly split: SplitName;
  /** Those that have images, in the order of labels. */
  readonly classes: readonly ShownClass[];
  /** All classes of the dataset. */
  readonly classCount: number;
  /** Images left out because they are neither PNG nor JPEG. */
  readonly leftOut: number;
}

/**
 * Shows images of a dataset: classes side by side in blocks, each in a column under which its name stands.
 *
 * @param dataset at least one class with an image
 */
export function datasetFigure({ name, split, classes, classCount, leftOut }: ShownDataset): FigureDocument {
  const blocks = Math.ceil(classes.length / MOST_COLUMNS);
  const columns = Math.ceil(classes.length / blocks);
  const rows = Array.from({ length: blocks }, (_, b) => {
    const block = classes.slice(b * columns, (b + 1) * columns);
    // A class with fewer images would shift the columns of those behind it.
    const lines = Math.min(...block.map(({ images }) => images.length));
    return {
      title: '',
      images: Array.from({ length: lines }, (__, line) =>
        block.map((of) => ({ ...of.images[line], label: line === lines - 1 ? of.name : '' })),
      ).flat(),
    };
  });
  const most = Math.max(...classes.map(({ images }) => images.length));
  const part = classes.length === classCount ? '' : `; ${classes.length} of its ${classCount} classes`;
  const missing =
    leftOut === 0 ? '' : ` Left out because neither PNG nor JPEG: ${countOf(leftOut, 'image')}.`;
  return {
    id: `images-${fileName(name)}`,
    title: `Images of ${name}`,
    caption:
      `Images of ${name} (${split} split) as they were imported: the first ${most} of each class, above its name${part}.` +
      missing,
    body: { kind: 'images', columns, rows },
  };
}
