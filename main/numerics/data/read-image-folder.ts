import { type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { AppError } from '#contract/errors';
import { type SplitName } from '#contract/specs/common';

/** An image file that has been found but not read yet. */
export interface ImageFile {
  /** Path inside the imported folder, with `/` on every system. */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  /** 0-based index into the classes of the folder. */
  readonly label: number;
}

/** A file that is left out of a dataset, and why. */
export interface RefusedFile {
  /** Path inside the imported folder, with `/` on every system. */
  readonly file: string;
  readonly reason: string;
}

/** What an image folder holds, before any image is opened. */
export interface ImageFolder {
  /** Names of the class folders of `train` in code-unit order; the position is the label. */
  readonly classes: readonly string[];
  /** Files of each split in code-unit order of class, then name; `null` where the folder is absent. */
  readonly splits: Readonly<Record<SplitName, readonly ImageFile[] | null>>;
  /** Entries that are not images and not system litter. */
  readonly refused: readonly RefusedFile[];
}

type FileNamesByClass = ReadonlyMap<string, readonly string[]>;

const imageExtensions = new Set(['.png', '.jpg', '.jpeg', '.webp']);
const systemLitter = new Set(['thumbs.db', 'desktop.ini', '__macosx']);

/**
 * Lists the images of a folder laid out as `train/<class>/<image>`, with optional `val` and `test`.
 * The order depends on names only, so it is the same on every system. Nothing below a class folder
 * is entered, so links that form a loop end the walk like any other stray folder.
 *
 * @param folder absolute path
 * @returns classes, files of each split, and refused entries
 * @throws {AppError} `source_missing` if a folder cannot be read; `dataset_layout` if `train` is
 *   absent, has fewer than two classes, a class has no image, or `val` or `test` has a class that
 *   `train` lacks
 */
export async function readImageFolder(folder: string): Promise<ImageFolder> {
  const refused: RefusedFile[] = [];
  const root = await readFolder(folder);
  const readSplit = async (split: SplitName): Promise<FileNamesByClass | null> =>
    root.some((entry) => entry.name === split) ? readClassFolders(folder, split, refused) : null;
  const train = await readSplit('train');
  if (train === null) throw layoutError(folder, 'the folder "train" is missing', 'train');
  const classes = [...train.keys()];
  if (classes.length === 1) {
    throw layoutError(folder, `"train" has only the class "${classes[0]}"; two are needed`, 'train');
  }
  const val = await readSplit('val');
  const test = await readSplit('test');
  const splits = {
    train: listFiles(folder, 'train', train, classes),
    val: val === null ? null : listFiles(folder, 'val', val, classes),
    test: test === null ? null : listFiles(folder, 'test', test, classes),
  };
  return { classes, splits, refused };
}

/**
 * Makes the error that says what is wrong with the layout of a folder.
 *
 * @param folder absolute path of the imported folder
 * @param problem what is wrong, as the end of a sentence
 * @param place the folder inside it where the problem is
 * @returns a `dataset_layout` error
 */
export function layoutError(folder: string, problem: string, place: string): AppError {
  return new AppError('dataset_layout', `In ${folder}, ${problem}.`, { folder, place });
}

async function readClassFolders(
  folder: string,
  split: SplitName,
  refused: RefusedFile[],
): Promise<FileNamesByClass> {
  const classes = new Map<string, string[]>();
  for (const entry of await readFolder(join(folder, split))) {
    const kind = await entryKind(entry, join(folder, split));
    const name = `${split}/${entry.name}`;
    if (kind !== 'folder') {
      refused.push({ file: name, reason: kind === 'file' ? 'it is not inside a class folder' : kind });
      continue;
    }
    const images = await readImageNames(folder, name, refused);
    if (images.length === 0) throw layoutError(folder, `the class folder "${name}" has no images`, name);
    classes.set(entry.name, images);
  }
  if (classes.size === 0) throw layoutError(folder, `"${split}" has no class folders`, split);
  return classes;
}

async function readImageNames(folder: string, className: string, refused: RefusedFile[]): Promise<string[]> {
  const images: string[] = [];
  for (const entry of await readFolder(join(folder, className))) {
    const kind = await entryKind(entry, join(folder, className));
    const reason =
      kind === 'folder'
        ? 'it is a folder inside a class folder'
        : kind !== 'file'
          ? kind
          : imageExtensions.has(extname(entry.name).toLowerCase())
            ? null
            : 'its extension is not png, jpg, jpeg or webp';
    if (reason === null) images.push(entry.name);
    else refused.push({ file: `${className}/${entry.name}`, reason });
  }
  return images;
}

/** Entries in code-unit order, without hidden ones and what file managers leave behind. */
async function readFolder(path: string): Promise<Dirent[]> {
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

function listFiles(
  folder: string,
  split: SplitName,
  names: FileNamesByClass,
  classes: readonly string[],
): ImageFile[] {
  const labels = new Map(classes.map((name, label) => [name, label]));
  return [...names].flatMap(([className, images]) => {
    const label = labels.get(className);
    const place = `${split}/${className}`;
    if (label === undefined) throw layoutError(folder, `"${place}" is a class that "train" lacks`, place);
    return images.map((image) => ({
      name: `${place}/${image}`,
      path: join(folder, split, className, image),
      label,
    }));
  });
}
