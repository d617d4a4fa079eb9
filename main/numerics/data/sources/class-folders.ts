import { type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#contract/errors';
import { type RefusedEntry, type SourceImage } from './dataset-source';
import { imageExtensionList, isImageName, readLater } from './image-files';
import { layoutError } from './source-errors';

/** Names of the images in each class folder, both in code-unit order. */
export type FileNamesByClass = ReadonlyMap<string, readonly string[]>;

const systemLitter = new Set(['thumbs.db', 'desktop.ini', '__macosx']);

/**
 * Lists the images of class folders. Nothing below a class folder is entered, so links that form a loop end
 * the walk like any other stray folder.
 *
 * @param folder absolute path of the source
 * @param prefix the folder inside it that holds the class folders, with `/` at the end unless it is empty
 * @param refused receives what is there and is no image of a class
 * @throws {AppError} `dataset_layout` if there is no class folder, or one without images; `source_missing`
 *   if a folder cannot be read
 */
export async function readClassFolders(
  folder: string,
  prefix: string,
  refused: RefusedEntry[],
): Promise<FileNamesByClass> {
  const classes = new Map<string, string[]>();
  const place = prefix.replace(/\/$/, '');
  for (const entry of await readFolder(join(folder, prefix))) {
    const kind = await entryKind(entry, join(folder, prefix));
    const name = prefix + entry.name;
    if (kind !== 'folder') {
      refused.push({ file: name, reason: kind === 'file' ? 'it is not inside a class folder' : kind });
      continue;
    }
    const images = await readImageNames(folder, name, refused);
    if (images.length === 0) throw layoutError(folder, `the class folder "${name}" has no images`, name);
    classes.set(entry.name, images);
  }
  if (classes.size === 0) throw layoutError(folder, `"${place}" has no class folders`, place);
  return classes;
}

async function readImageNames(folder: string, className: string, refused: RefusedEntry[]): Promise<string[]> {
  const images: string[] = [];
  for (const entry of await readFolder(join(folder, className))) {
    const kind = await entryKind(entry, join(folder, className));
    const reason =
      kind === 'folder'
        ? 'it is a folder inside a class folder'
        : kind !== 'file'
          ? kind
          : isImageName(entry.name)
            ? null
            : `its extension is not ${imageExtensionList}`;
    if (reason === null) images.push(entry.name);
    else refused.push({ file: `${className}/${entry.name}`, reason });
  }
  return images;
}

/**
 * Lists a folder in code-unit order, without hidden entries and what file managers leave behind.
 *
 * @param path absolute path
 * @throws {AppError} `source_missing` if it cannot be read
 */
export async function readFolder(path: string): Promise<Dirent[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(path, { withFileTypes: true });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new AppError('source_missing', `The folder ${path} cannot be read (${code}).`, { path }, { cause });
  }
  return entries
    .filter(({ name }) => !name.startsWith('.') && !systemLitter.has(name.toLowerCase()))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `folder`, `file` (links followed), or the reason why an entry is neither. */
async function entryKind(entry: Dirent, parent: string): Promise<string> {
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  if (!entry.isSymbolicLink()) return 'it is not a regular file';
  try {
    const target = await stat(join(parent, entry.name));
    return target.isDirectory() ? 'folder' : target.isFile() ? 'file' : 'it is not a regular file';
  } catch (cause) {
    return `it is a link that cannot be followed (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`;
  }
}

/**
 * Makes the images of class folders.
 *
 * @param folder absolute path of the source
 * @param prefix the folder inside it that holds the class folders, with `/` at the end unless it is empty
 * @param names of the images in each class folder
 * @param classes in the order of their labels
 * @throws {AppError} `dataset_layout` if there is a class folder without a class
 */
export function listImages(
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
