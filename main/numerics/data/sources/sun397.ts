import { type DatasetReader, type SourceListing } from './dataset-source';
import { isImageName } from './image-files';
import { findRootOf, openListedFolder } from './listed-folder';

const TRAIN_LIST = 'Training_01.txt';
const TEST_LIST = 'Testing_01.txt';
/** Where the images are: in their folder inside the given one, or in the given one. */
const imageFolders = ['SUN397/', ''];

/** Where the lists have been seen: beside the folder of the images, in it, or in a folder of their own. */
const listFolders = ['', 'SUN397/', 'Partitions/'];

interface Place {
  /** The folder that all is relative to, as a prefix of the listed paths. */
  readonly root: string;
  /** Folders inside it, with `/` at the end. */
  readonly images: string;
  readonly lists: string;
}

/**
 * Reads SUN397 as its authors publish it: `SUN397/<letter>/<class>[/<kind>]/<image>` and, of its ten
 * partitions, the first: `Training_01.txt` and `Testing_01.txt`; also the folder `SUN397` alone with the
 * lists in it. The name of a class is its path with `_` for `/`, as in `a_apartment_building_outdoor`.
 */
export const sun397Reader: DatasetReader = {
  format: 'sun397',
  title: 'SUN397',
  recognize: (listing) => {
    const place = findPlace(listing);
    if (place === null) return null;
    const { root, images, lists } = place;
    return `it has ${root}${images || '<letter>/<class>/'} and ${root}${lists}${TRAIN_LIST}`;
  },
  open: (listing) => {
    const { root, images, lists } = findPlace(listing) ?? { root: '', images: '', lists: '' };
    return openListedFolder(listing, {
      format: 'sun397',
      root,
      lists: { train: lists + TRAIN_LIST, test: lists + TEST_LIST },
      imageFolder: images,
      assignment: { train: ['train'], val: [], test: ['test'] },
      parseLine: (line) => {
        const path = line.replace(/^\//, '');
        const className = path.slice(0, Math.max(0, path.lastIndexOf('/'))).replaceAll('/', '_');
        return className === '' ? null : { file: images + path, className };
      },
    });
  },
};

function findPlace(listing: SourceListing): Place | null {
  const listPath = findRootOf(listing, TRAIN_LIST);
  if (listPath === null) return null;
  for (const images of imageFolders) {
    for (const lists of listFolders) {
      if (!listPath.endsWith(lists)) continue;
      const root = listPath.slice(0, listPath.length - lists.length);
      const folder = root + images;
      const isImage = (name: string): boolean =>
        name.startsWith(folder) && /^[a-z]\//.test(name.slice(folder.length)) && isImageName(name);
      if (listing.files.some(isImage)) return { root, images, lists };
    }
  }
  return null;
}
