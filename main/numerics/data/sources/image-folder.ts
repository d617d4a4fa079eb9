import { type Dirent } from 'node:fs';
import { join } from 'node:path';
import { dirname } from 'node:path/posix';
import { readClassFolders, readFolder, type FileNamesByClass } from './class-folders';
import {
  type DatasetReader,
  type DatasetSource,
  type RefusedEntry,
  type SourceImage,
  type SourceListing,
  type SourcePart,
} from './dataset-source';
import { isImageName, makePart, readLater } from './image-files';
import { layoutError } from './source-errors';
import { assignParts } from './split-parts';

const partNames = ['train', 'val', 'valid', 'validation', 'test'] as const;
/** The reference implementation's folder of ImageNet's validation images, sorted into classes. */
const otherNames: Readonly<Partial<Record<string, string>>> = { val: 'val_in_folder' };

/**
 * Reads images laid out as `<part>/<class>/<image>`, the parts being `train` and any of `val`, `valid`,
 * `validation` and `test`; the names of the parts may be capitalized, and all of it may lie in one
 * folder inside the given one. Where there are class folders but no parts, all of them are for training.
 * Classes are the class folders of `train`; classes and files are in code-unit order. Names are paths
 * inside the folder that holds `train`, or the class folders.
 */
export const imageFolderReader: DatasetReader = {
  format: 'image-folder',
  title: 'folders of images',
  recognize: (listing) => {
    const root = findRoot(listing);
    if (root !== null) return `it has ${root}train/ with class folders`;
    const bare = findClassFolders(listing);
    return bare === null ? null : `it has class folders${bare === '' ? '' : ` in ${bare}`}`;
  },
  open: async (listing) => {
    const root = findRoot(listing);
    const bare = root === null ? findClassFolders(listing) : null;
    if (bare !== null) return openClassFolders(join(listing.path, bare));
    return openImageFolder(join(listing.path, root ?? ''));
  },
};

/** The folder of which every image lies in a class folder, as a prefix of the listed paths; null if there is none. */
function findClassFolders({ isFolder, files }: SourceListing): string | null {
  const folders = [...new Set(files.filter(isImageName).map(dirname))];
  const parents = new Set(folders.map(dirname));
  if (!isFolder || folders.length < 2 || parents.size !== 1 || folders.includes('.')) return null;
  const [parent] = parents;
  return parent === '.' ? '' : `${parent}/`;
}

async function openClassFolders(folder: string): Promise<DatasetSource> {
  const refused: RefusedEntry[] = [];
  const names = await readClassFolders(folder, '', refused);
  const classes = [...names.keys()];
  return {
    format: 'image-folder',
    classes,
    parts: new Map([['train', makePart(listImages(folder, '', names, classes))]]),
    assignment: { train: ['train'], val: [], test: [] },
    isSortedByClass: true,
    refused,
    notes: ['There are class folders but no train/: all images are taken for training, none for testing.'],
    close: () => Promise.resolve(),
  };
}

/** The folder that holds `train`, as a prefix of the listed paths. */
function findRoot({ isFolder, files }: SourceListing): string | null {
  if (!isFolder) return null;
  if (files.some((name) => /^[Tt]rain\/[^/]+\/[^/]+$/.test(name) && isImageName(name))) return '';
  const inside = files.find((name) => /^[^/]+\/[Tt]rain\/[^/]+\/[^/]+$/.test(name) && isImageName(name));
  if (inside === undefined) return null;
  const prefix = inside.slice(0, inside.indexOf('/') + 1);
  const isOnlyFolder = files.every((name) => name.startsWith(prefix) || !name.includes('/'));
  return isOnlyFolder ? prefix : null;
}

async function openImageFolder(folder: string): Promise<DatasetSource> {
  const refused: RefusedEntry[] = [];
  const folders = findPartFolders(folder, await readFolder(folder));
  const trainFolder = folders.get('train');
  if (trainFolder === undefined) throw layoutError(folder, 'the folder "train" is missing', 'train');
  const train = await readClassFolders(folder, `${trainFolder}/`, refused);
  const classes = [...train.keys()];
  if (classes.length === 1) {
    const problem = `"${trainFolder}" has only the class "${classes[0]}"; two are needed`;
    throw layoutError(folder, problem, trainFolder);
  }
  const parts = new Map<string, SourcePart>();
  for (const [part, partFolder] of folders) {
    const names = part === 'train' ? train : await readClassFolders(folder, `${partFolder}/`, refused);
    parts.set(part, makePart(listImages(folder, `${partFolder}/`, names, classes)));
  }
  const { assignment, notes } = assignParts([...parts.keys()]);
  return {
    format: 'image-folder',
    classes,
    parts,
    assignment,
    isSortedByClass: true,
    refused,
    notes,
    close: () => Promise.resolve(),
  };
}

/** The folder of each part that is there, `train` first. */
function findPartFolders(folder: string, root: readonly Dirent[]): Map<string, string> {
  const folders = new Map<string, string>();
  for (const part of partNames) {
    const capitalized = part.charAt(0).toUpperCase() + part.slice(1);
    const names = [part, capitalized, otherNames[part]];
    const found = root.map(({ name }) => name).filter((name) => names.includes(name));
    if (found.length > 1) {
      throw layoutError(folder, `both "${found[0]}" and "${found[1]}" are there`, found[0]);
    }
    if (found.length === 1) folders.set(part, found[0]);
  }
  return folders;
}

function listImages(
  folder: string,
  prefix: string,
  names: FileNamesByClass,
  classes: readonly string[],
): SourceImage[] {
  const labels = new Map(classes.map((name, label) => [name, label]));
  return [...names].flatMap(([className, images]) => {
    const label = labels.get(className);
    const place = prefix + className;
    if (label === undefined) throw layoutError(folder, `"${place}" is a class that "train" lacks`, place);
    return images.map((image) => {
      const name = `${place}/${image}`;
      return { name, label, read: readLater(folder, name) };
    });
  });
}
