import { dirname } from 'node:path/posix';
import { listImages, readClassFolders } from './class-folders';
import { type DatasetSource, type RefusedEntry, type SourceListing } from './dataset-source';
import { isImageName, makePart } from './image-files';

/** Words of names that say that folders or files are splits or labels, and not classes. */
const OTHER_THINGS =
  /(^|[^a-z])(train|training|val|valid|validation|test|testing|images?|imgs?|labels?|masks?|annotations?|splits?)([^a-z]|$)/i;

/**
 * Finds class folders that no `train` stands above, as EuroSAT is published: two or more folders side by side
 * that hold all images. Where a name speaks of splits or labels there are none: taking what is for testing
 * for a class, or for training, would be worse than not to know the format.
 *
 * @param listing what lies at the path
 * @returns the folder that holds them, as a prefix of the listed paths; null if there are none
 */
export function findClassFolders(listing: SourceListing): string | null {
  const { isFolder, files } = listing;
  const folders = [...new Set(files.filter(isImageName).map(dirname))];
  const parents = new Set(folders.map(dirname));
  if (!isFolder || folders.length < 2 || parents.size !== 1 || folders.includes('.')) return null;
  const [parent] = parents;
  const prefix = parent === '.' ? '' : `${parent}/`;
  const others = files.filter((name) => !folders.includes(dirname(name)));
  const names = [...folders.map((name) => name.slice(prefix.length)), ...others];
  return names.some((name) => OTHER_THINGS.test(name)) ? null : prefix;
}

/**
 * Opens class folders of which all images are for training.
 *
 * @param folder absolute path of the folder that holds them
 * @throws {AppError} as `readClassFolders`
 */
export async function openClassFolders(folder: string): Promise<DatasetSource> {
  const refused: RefusedEntry[] = [];
  const names = await readClassFolders(folder, '', refused);
  const classes = [...names.keys()];
  return {
    format: 'image-folder',
    classes,
    parts: new Map([['train', makePart(listImages(folder, '', names, classes))]]),
    assignment: { train: ['train'], val: [], test: [] },
    isSortedByClass: true,
    // A README or a checksum beside the class folders is nothing that was meant to be an image.
    refused: refused.filter(({ file }) => file.includes('/')),
    notes: ['There are class folders but no train/: all images are taken for training, none for testing.'],
    close: () => Promise.resolve(),
  };
}
