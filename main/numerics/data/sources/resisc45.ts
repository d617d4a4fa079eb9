import { type DatasetReader } from './dataset-source';
import { findRootOf, openListedFolder } from './listed-folder';

const MARKER = 'resisc45-train.txt';
const IMAGE_FOLDER = 'NWPU-RESISC45/';

/**
 * Reads NWPU-RESISC45 with the splits in common use: `NWPU-RESISC45/<class>/<class>_<number>.jpg` beside
 * `resisc45-train.txt`, `resisc45-val.txt`, `resisc45-test.txt`. As in the reference implementation of
 * task arithmetic, the images of the validation list are not used.
 */
export const resisc45Reader: DatasetReader = {
  format: 'resisc45',
  title: 'NWPU-RESISC45',
  recognize: (listing) => {
    const root = findRootOf(listing, MARKER);
    const hasImages = listing.files.some((name) => name.startsWith(`${root ?? ''}${IMAGE_FOLDER}`));
    return root === null || !hasImages ? null : `it has ${root}${IMAGE_FOLDER} and ${root}${MARKER}`;
  },
  open: (listing) =>
    openListedFolder(listing, {
      format: 'resisc45',
      root: findRootOf(listing, MARKER) ?? '',
      lists: { train: MARKER, val: 'resisc45-val.txt', test: 'resisc45-test.txt' },
      imageFolder: IMAGE_FOLDER,
      assignment: { train: ['train'], val: [], test: ['test'] },
      parseLine: (line) => {
        const className = /^([^/]+)_[^/_]*$/.exec(line)?.[1];
        return className === undefined ? null : { file: `${IMAGE_FOLDER}${className}/${line}`, className };
      },
    }),
};
