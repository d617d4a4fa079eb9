import { type Dirent } from 'node:fs';
import { join } from 'node:path';
import { findClassFolders, openClassFolders } from './bare-folders';
import { listImages, readClassFolders, readFolder } from './class-folders';
import {
  type DatasetReader,
  type DatasetSource,
  type RefusedEntry,
  type SourceListing,
  type SourcePart,
} from './dataset-source';
import { isImageName, makePart } from './image-files';
import { layoutError } from './source-errors';
import { assignParts } from './split-parts';

const partNames = ['train', 'val', 'valid', 'validation', 'test'] as const;
/** The reference implementation's folder of ImageNet's validation images, sorted into classes. */
const otherNames: Readonly<Partial<Record<string, string>>> = { val: 'val_in_folder' };

/**
 * Reads images laid out as `<part>/<class>/<image>`, the parts being `train` and any of `val`, `valid`,
 * `validation` and `test`; the names of the parts may be capitalized, and all of it may lie in one
 * folder inside the given one. Classes are the class folders of `train`; classes and files are in
 * code-unit order. Names are paths inside the folder that holds `train`.
 */
export const imageFolderReader: DatasetReader = {
  format: 'image-folder',
  title: 'folders of images',
  recognize: (listing) => {
    const root = findRoot(listing);
    return root === null ? null : `it has ${root}train/ with class folders`;
  },
  open: (listing) => {
    const root = findRoot(listing);
    const bare = root === null ? findClassFolders(listing) : null;
    return bare === null
      ? openImageFolder(join(listing.path, root ?? ''))
      : openClassFolders(join(listing.path, bare));
  },
};

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
    // The reference implementation sorts ImageNet's validation images into it, beside those as published.
    const sorted = found.find((name) => name === otherNames[part]);
    if (sorted !== undefined) {
      folders.set(part, sorted);
      continue;
    }
    if (found.length > 1) {
      throw layoutError(folder, `both "${found[0]}" and "${found[1]}" are there`, found[0]);
    }
    if (found.length === 1) folders.set(part, found[0]);
  }
  return folders;
}
