import { join } from 'node:path';
import { type DatasetFormat } from '#contract/specs/dataset-format';
import {
  type DatasetSource,
  type PartAssignment,
  type RefusedEntry,
  type SourceListing,
} from './dataset-source';
import { isImageName, makePart, readLater } from './image-files';
import { readTextList } from './read-list';
import { layoutError } from './source-errors';

const LARGEST_LIST = 64 * 2 ** 20;

/** A line of a list that names an image. */
export interface ListedImage {
  /** Path of the file inside the listed folder, with `/` on every system. */
  readonly file: string;
  readonly className: string;
}

/** What {@link openListedFolder} needs to know about a format whose splits are lists of files. */
export interface ListedFolder {
  readonly format: DatasetFormat;
  /** The folder that the paths are relative to, as a prefix of the listed paths. */
  readonly root: string;
  /** Path of the list of each part, relative to the root. */
  readonly lists: Readonly<Record<string, string>>;
  /** Folder of the images, relative to the root and with `/` at the end. */
  readonly imageFolder: string;
  readonly assignment: PartAssignment;
  /** Understands a line; null if it cannot name an image of this format. */
  readonly parseLine: (line: string) => ListedImage | null;
}

type Entry = { readonly file: string; readonly className: string } | RefusedEntry;

/**
 * Opens a folder of images whose splits are text files with one image a line. Classes are those of the
 * images that are listed for training, in code-unit order of their names. Images that no list has are
 * left out with a note, and so is a part that no split needs and that has no images here.
 *
 * @param listing what lies at the path
 * @param format what the format has where
 * @throws {AppError} `dataset_layout` if a list that makes a split is missing or names no image that is
 *   there, if there are fewer than two classes, or if a part has a class that training lacks;
 *   `dataset_format` if a list is not text; `source_missing` if one cannot be read
 */
export async function openListedFolder(listing: SourceListing, format: ListedFolder): Promise<DatasetSource> {
  const { path } = listing;
  const { root, lists, assignment } = format;
  const files = new Set(
    listing.files.filter((name) => name.startsWith(root)).map((name) => name.slice(root.length)),
  );
  const entries = new Map<string, readonly Entry[]>();
  const listed = new Set<string>();
  const needed = Object.values(assignment).flat();
  const notes: string[] = [];
  for (const [part, list] of Object.entries(lists)) {
    const isNeeded = needed.includes(part);
    const lines = files.has(list) ? await readLines(join(path, root, list)) : [];
    const found = lines.map((line) => findEntry(line, format, files, listed));
    if (found.some((entry) => !('reason' in entry))) {
      entries.set(part, found);
      continue;
    }
    const problem = files.has(list)
      ? `none of the images that "${root}${list}" names is there`
      : `the list "${root}${list}" is missing`;
    if (isNeeded) throw layoutError(path, problem, root + list);
    notes.push(`There is no part ${part}: ${problem}.`);
  }

  const classNames = assignment.train.flatMap((part) => entries.get(part)!.flatMap(classOf));
  const classes = [...new Set(classNames)].sort();
  if (classes.length < 2) {
    const list = root + lists[assignment.train[0]];
    throw layoutError(path, `"${list}" has only the class "${classes[0]}"; two are needed`, list);
  }
  const labels = new Map(classes.map((name, label) => [name, label]));
  const folder = join(path, root);
  const parts = [...entries].map(([part, found]) => {
    const images = found.map((entry) => {
      if ('reason' in entry) return entry;
      const label = labels.get(entry.className);
      if (label !== undefined) return { name: entry.file, label, read: readLater(folder, entry.file) };
      const place = root + lists[part];
      throw layoutError(path, `"${place}" has the class "${entry.className}", which training lacks`, place);
    });
    return [part, makePart(images)] as const;
  });
  const isImage = (name: string): boolean => name.startsWith(format.imageFolder) && isImageName(name);
  const unlisted = [...files].filter((name) => isImage(name) && !listed.has(name)).length;
  return {
    format: format.format,
    classes,
    parts: new Map(parts),
    assignment,
    isSortedByClass: true,
    refused: [],
    notes:
      unlisted === 0 ? notes : [...notes, `${unlisted} image(s) are in none of the lists and were left out.`],
    close: () => Promise.resolve(),
  };
}

/**
 * Finds the folder that holds a file which only one format has: the listed folder or one in it.
 *
 * @param listing what lies at the path
 * @param marker path of the file, relative to the folder looked for
 * @returns the folder as a prefix of the listed paths, the shortest if there are several; null if none
 */
export function findRootOf(listing: SourceListing, marker: string): string | null {
  if (!listing.isFolder) return null;
  const roots = listing.files
    .filter((name) => name === marker || name.endsWith(`/${marker}`))
    .map((name) => name.slice(0, name.length - marker.length));
  return roots.reduce<string | null>(
    (best, root) => (best === null || root.length < best.length ? root : best),
    null,
  );
}

function findEntry(line: string, format: ListedFolder, files: Set<string>, listed: Set<string>): Entry {
  const image = format.parseLine(line);
  if (image === null || !files.has(image.file)) {
    return { file: image?.file ?? line, reason: 'it is listed but not there' };
  }
  if (listed.has(image.file)) return { file: image.file, reason: 'it is listed more than once' };
  listed.add(image.file);
  return image;
}

function classOf(entry: Entry): string[] {
  return 'reason' in entry ? [] : [entry.className];
}

/** Lines that are not blank, without white space around them. */
async function readLines(path: string): Promise<string[]> {
  const text = await readTextList(path, LARGEST_LIST);
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
