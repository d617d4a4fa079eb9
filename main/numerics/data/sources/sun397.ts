import { type DatasetReader, type SourceListing } from './dataset-source';
import { isImageName } from './image-files';
import { findRootOf, openListedFolder } from './listed-folder';

const TRAIN_LIST = 'Training_01.txt';
const TEST_LIST = 'Testing_01.txt';
const IMAGE_FOLDER = 'SUN397/';

/** Where the lists have been seen: beside the folder of the images, in it, or in a folder of their own. */
const listFolders = ['', IMAGE_FOLDER, 'Partitions/'];

/**
 * Reads SUN397 as its authors publish it: `SUN397/<letter>/<class>[/<kind>]/<image>` and, of its ten
 * partitions, the first: `Training_01.txt` and `Testing_01.txt`. The name of a class is its path with `_`
 * for `/`, as in `a_apartment_building_outdoor`.
 */
export const sun397Reader: DatasetReader = {
  format: 'sun397',
  title: 'SUN397',
  recognize: (listing) => {
    const place = findPlace(listing);
    return place === null
      ? null
      : `it has ${place.root}${IMAGE_FOLDER} and ${place.root}${place.lists}${TRAIN_LIST}`;
  },
  open: (listing) => {
    const { root, lists } = findPlace(listing) ?? { root: '', lists: '' };
    return openListedFolder(listing, {
      format: 'sun397',
      root,
      lists: { train: lists + TRAIN_LIST, test: lists + TEST_LIST },
      imageFolder: IMAGE_FOLDER,
      assignment: { train: ['train'], val: [], test: ['test'] },
      parseLine: (line) => {
        const path = line.replace(/^\//, '');
        const className = path.slice(0, Math.max(0, path.lastIndexOf('/'))).replaceAll('/', '_');
        return className === '' ? null : { file: IMAGE_FOLDER + path, className };
      },
    });
  },
};

/** The folder that holds `SUN397/`, as a prefix of the listed paths, and that of the lists inside it. */
function findPlace(listing: SourceListing): { root: string; lists: string } | null {
  const listPath = findRootOf(listing, TRAIN_LIST);
  if (listPath === null) return null;
  for (const lists of listFolders) {
    if (!listPath.endsWith(lists)) continue;
    const root = listPath.slice(0, listPath.length - lists.length);
    if (listing.files.some((name) => name.startsWith(root + IMAGE_FOLDER) && isImageName(name))) {
      return { root, lists };
    }
  }
  return null;
}
