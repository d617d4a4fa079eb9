import { type DatasetReader } from './dataset-source';
import { findRootOf, openListedFolder } from './listed-folder';

const MARKER = 'labels/train1.txt';

/**
 * Reads the Describable Textures Dataset as its authors publish it: `images/<class>/<image>` and, of its
 * ten partitions, the first: `labels/train1.txt`, `val1.txt`, `test1.txt`. As in the reference
 * implementation of task arithmetic, the published validation images are training images.
 */
export const dtdReader: DatasetReader = {
  format: 'dtd',
  title: 'Describable Textures Dataset',
  recognize: (listing) => {
    const root = findRootOf(listing, MARKER);
    const hasImages = listing.files.some((name) => name.startsWith(`${root ?? ''}images/`));
    return root === null || !hasImages ? null : `it has ${root}images/ and ${root}${MARKER}`;
  },
  open: (listing) =>
    openListedFolder(listing, {
      format: 'dtd',
      root: findRootOf(listing, MARKER) ?? '',
      lists: { train: MARKER, val: 'labels/val1.txt', test: 'labels/test1.txt' },
      imageFolder: 'images/',
      assignment: { train: ['train', 'val'], val: [], test: ['test'] },
      parseLine: (line) => {
        const className = /^([^/]+)\/[^/]+$/.exec(line)?.[1];
        return className === undefined ? null : { file: `images/${line}`, className };
      },
    }),
};
