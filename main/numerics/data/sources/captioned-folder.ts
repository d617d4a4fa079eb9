import { join } from 'node:path';
import { findClasses, type RawLabel } from './class-labels';
import {
  type DatasetReader,
  type DatasetSource,
  type RefusedEntry,
  type SourceImage,
  type SourceListing,
} from './dataset-source';
import { imageFolderReader } from './image-folder';
import { isImageName, makePart, readLater } from './image-files';
import { readImageMetadata } from './image-metadata';
import { layoutError } from './source-errors';
import { assignParts } from './split-parts';

const partNames = ['train', 'val', 'valid', 'validation', 'test'];

/** Metadata of a folder, or of one part of it. */
interface Metadata {
  /** Path inside the listed folder. */
  readonly file: string;
  /** Folder that holds it and that the names in it are relative to, as a prefix of the listed paths. */
  readonly folder: string;
  /** The part that it describes; null if it stands above all parts. */
  readonly part: string | null;
}

/** Where the metadata are. */
interface Layout {
  /** Folder of the dataset, as a prefix of the listed paths. */
  readonly root: string;
  /** In the order of their paths; at least one. */
  readonly metadata: readonly Metadata[];
}

interface Entry {
  readonly part: string;
  /** Path inside the folder of the dataset. */
  readonly file: string;
  readonly label: RawLabel;
}

/**
 * Reads images with captions as the ImageFolder of Hugging Face `datasets` lays them out: `metadata.jsonl` or
 * `metadata.csv` beside the images, with `file_name` and `text` or `caption`. It is in the folder itself, or
 * there is one in each of `train`, `val`, `valid`, `validation` and `test`; all of it may lie in one folder
 * inside the given one. Under metadata of the whole folder, images belong to the part whose folder they
 * are in, and else to `train`. The distinct captions are the classes, in code-unit order; images are in the
 * order of the metadata. Names are paths inside the folder of the dataset.
 */
export const captionedFolderReader: DatasetReader = {
  format: 'captioned-folder',
  title: 'images with captions',
  recognize: (listing) => {
    const layout = findLayout(listing);
    if (layout === null) return null;
    // Metadata above class folders can be about anything.
    const isSure = layout.metadata.every(({ part }) => part !== null);
    return isSure || imageFolderReader.recognize(listing) === null
      ? `it has images and ${layout.metadata[0].file}`
      : null;
  },
  open: openCaptionedFolder,
};

function findLayout({ isFolder, files }: SourceListing): Layout | null {
  if (!isFolder) return null;
  const found = files.flatMap((file) =>
    /^(?:.*\/)?metadata\.(?:jsonl|csv)$/.test(file) ? locate(file) : [],
  );
  const groups = Map.groupBy(found, ({ root }) => root);
  const [first] = groups.keys();
  const root = groups.has('') ? '' : first;
  const metadata = groups.get(root);
  if (metadata === undefined || (root !== '' && groups.size > 1) || root.split('/').length > 2) return null;
  const isOnlyFolder = files.every((name) => name.startsWith(root) || !name.includes('/'));
  const hasImages = files.some((name) => name.startsWith(root) && isImageName(name));
  return isOnlyFolder && hasImages ? { root, metadata } : null;
}

function locate(file: string): Metadata & { readonly root: string } {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const last = folder.split('/').at(-2) ?? '';
  const isPart = partNames.includes(last.toLowerCase());
  const root = isPart ? folder.slice(0, folder.length - last.length - 1) : folder;
  return { file, folder, part: isPart ? last.toLowerCase() : null, root };
}

async function openCaptionedFolder(listing: SourceListing): Promise<DatasetSource> {
  const { path } = listing;
  const layout = findLayout(listing);
  if (layout === null) {
    throw layoutError(path, 'there are no images with "metadata.jsonl" or "metadata.csv"', 'metadata.jsonl');
  }
  requireOneEach(path, layout);
  const { root } = layout;
  const files = new Set(
    listing.files.flatMap((name) => (name.startsWith(root) ? name.slice(root.length) : [])),
  );
  const listed = new Set<string>();
  const entries: Entry[] = [];
  const notes: string[] = [];
  for (const { file, folder, part } of layout.metadata) {
    const { images, notes: assumed } = await readImageMetadata(join(path, file));
    notes.push(...assumed.map((note) => `In "${file}": ${note}`));
    const before = listed.size;
    for (const image of images) {
      const name = folder.slice(root.length) + image.file;
      const label = findProblem(name, files, listed) ?? image.caption;
      entries.push({ part: part ?? partOf(name), file: name, label });
      if (files.has(name)) listed.add(name);
    }
    if (listed.size === before) {
      throw layoutError(path, `none of the images that "${file}" names is there`, file);
    }
  }

  const labels = entries.map(({ label }) => label);
  const { classes, indexOf, notes: found } = findClasses([labels], null, path, 'caption');
  const makeEntry = ({ file, label: caption }: Entry): SourceImage | RefusedEntry => {
    const label = indexOf(caption);
    if (typeof label === 'object') return { file, reason: label.reason };
    return { name: file, label, read: readLater(join(path, root), file) };
  };
  const parts = [...Map.groupBy(entries, ({ part }) => part)].map(
    ([part, ofPart]) => [part, makePart(ofPart.map(makeEntry))] as const,
  );
  const assigned = assignParts(parts.map(([part]) => part));
  const unlisted = [...files].filter((name) => isImageName(name) && !listed.has(name)).length;
  if (unlisted > 0) notes.push(`${unlisted} image(s) are in no metadata and were left out.`);
  return {
    format: 'captioned-folder',
    classes,
    hasCaptions: true,
    parts: new Map(parts),
    assignment: assigned.assignment,
    isSortedByClass: false,
    refused: [],
    notes: [...notes, ...assigned.notes, ...found],
    close: () => Promise.resolve(),
  };
}

/** Of two descriptions of the same images it is not clear which one is meant. */
function requireOneEach(path: string, { metadata }: Layout): void {
  const whole = metadata.find(({ part }) => part === null);
  for (const [i, { file, part }] of metadata.entries()) {
    const other = metadata.find((earlier, j) => j < i && earlier.part === part) ?? whole;
    if (other === undefined || other.file === file) continue;
    throw layoutError(path, `both "${other.file}" and "${file}" are there`, file);
  }
}

function partOf(name: string): string {
  const first = name.slice(0, Math.max(0, name.indexOf('/'))).toLowerCase();
  return partNames.includes(first) ? first : 'train';
}

function findProblem(name: string, files: ReadonlySet<string>, listed: ReadonlySet<string>): RawLabel | null {
  if (!files.has(name)) return { reason: 'it is listed but not there' };
  return listed.has(name) ? { reason: 'it is listed more than once' } : null;
}
