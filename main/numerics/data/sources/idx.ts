import { join } from 'node:path';
import { encodeNetpbm } from '../netpbm';
import {
  type DatasetReader,
  type DatasetSource,
  type SourceListing,
  type SourcePart,
} from './dataset-source';
import { openIdxFile, type IdxFile } from './idx-file';
import { makePart } from './image-files';
import { formatError, layoutError } from './source-errors';
import { assignParts } from './split-parts';

const idxName =
  /^((?:[^/]+\/){0,2})((?:[^/]+[-_.])?)(train|test|t10k|val)[-_.](images|labels)[-_.]idx([134])[-_.]ubyte(?:\.gz)?$/i;

const MAXIMUM_PIXELS = 100_000_000;

/** A listed file whose name is that of an IDX file. */
interface IdxName {
  readonly name: string;
  readonly folder: string;
  /** What stands before the name of the part: `emnist-digits-`. */
  readonly prefix: string;
  readonly part: string;
  readonly isImages: boolean;
  /** Number of dimensions that the name says. */
  readonly rank: 1 | 3 | 4;
}

/** The two files of a part, opened. */
interface IdxPart {
  readonly images: IdxFile;
  readonly labels: Uint8Array;
}

/**
 * Reads images and labels in pairs of IDX files, as MNIST and the datasets that replace it have them:
 * `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, and `t10k` or `test` likewise; plain or
 * compressed with gzip, with a common prefix as EMNIST has it, at most two folders down as torchvision
 * puts them. Images are gray, or RGB with the three channels as the last dimension where the name has
 * `idx4`. Classes are the numbers from 0 to the greatest label. Images are called `<part>/<number>`.
 */
export const idxReader: DatasetReader = {
  format: 'idx',
  title: 'IDX files as of MNIST',
  recognize: (listing) => {
    const found = parseNames(listing).find(({ part, isImages }) => part === 'train' && isImages);
    return found === undefined ? null : `it has ${found.name}`;
  },
  open: openIdx,
};

async function openIdx(listing: SourceListing): Promise<DatasetSource> {
  const { folder, prefix, names } = chooseSet(listing);
  const opened: IdxFile[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((file) => file.close()));
  };
  try {
    const parts = new Map<string, IdxPart>();
    for (const part of new Set(names.map((name) => name.part))) {
      const open = async (kind: 'images' | 'labels'): Promise<IdxFile> => {
        const { name, rank } = find(listing, names, part, kind);
        const file = await openIdxFile(join(listing.path, name), rank);
        opened.push(file);
        return file;
      };
      const images = await open('images');
      const labels = await open('labels');
      parts.set(part, await pair(images, labels));
    }
    const { assignment, notes } = assignParts([...parts.keys()]);
    return {
      format: 'idx',
      classes: nameClasses(parts.values(), join(listing.path, folder)),
      parts: new Map([...parts].map(([part, files]) => [part, makeIdxPart(part, files)])),
      assignment,
      isSortedByClass: false,
      refused: [],
      notes: [...notes, ...explain(prefix, parts)],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function parseNames({ isFolder, files }: SourceListing): IdxName[] {
  if (!isFolder) return [];
  return files.flatMap((name) => {
    const match = idxName.exec(name);
    if (match === null) return [];
    const [, folder, prefix, part, kind, digit] = match.map((text) => text.toLowerCase());
    const isImages = kind === 'images';
    const rank = Number(digit) as IdxName['rank'];
    if (isImages === (rank === 1)) return [];
    const caseKept = name.slice(0, folder.length);
    return [{ name, folder: caseKept, prefix, part: part === 't10k' ? 'test' : part, isImages, rank }];
  });
}

/** The files that belong together with the training images that lie the fewest folders down. */
function chooseSet(listing: SourceListing) {
  const names = parseNames(listing);
  const depth = ({ folder }: IdxName): number => folder.split('/').length;
  const [first, ...others] = names
    .filter(({ part, isImages }) => part === 'train' && isImages)
    .sort((a, b) => depth(a) - depth(b)) as [IdxName | undefined, ...IdxName[]];
  if (first === undefined)
    throw layoutError(listing.path, 'the file "train-images-idx3-ubyte" is missing', '');
  const { folder, prefix } = first;
  const isSameSet = (name: IdxName): boolean => name.folder === folder && name.prefix === prefix;
  const rival = others.find((name) => depth(name) === depth(first) && !isSameSet(name));
  if (rival !== undefined) {
    const problem = `"${first.name}" and "${rival.name}" are of two datasets; choose one by its folder`;
    throw layoutError(listing.path, problem, rival.name);
  }
  return { folder, prefix, names: names.filter(isSameSet) };
}

function find(
  listing: SourceListing,
  names: readonly IdxName[],
  part: string,
  kind: 'images' | 'labels',
): IdxName {
  const ofPart = names.filter((name) => name.part === part && name.isImages === (kind === 'images'));
  // Downloaded files often stay beside what was unpacked from them.
  const plain = ofPart.filter(({ name }) => !/\.gz$/i.test(name));
  const isUnpacked = (file: IdxName): boolean => plain.some(({ rank }) => rank === file.rank);
  const found = ofPart.filter((file) => plain.includes(file) || !isUnpacked(file));
  if (found.length > 1) {
    throw layoutError(
      listing.path,
      `both "${found[0].name}" and "${found[1].name}" are there`,
      found[1].name,
    );
  }
  if (found.length === 0) {
    const other = names.find((name) => name.part === part)!.name;
    throw layoutError(listing.path, `"${other}" has no file of ${kind} beside it`, other);
  }
  return found[0];
}

async function pair(images: IdxFile, labels: IdxFile): Promise<IdxPart> {
  const [count, height, width, channels] = images.dims;
  if (images.dims.length === 4 && channels !== 3) {
    throw formatError(images.path, `its images have ${channels} channels, not 3`);
  }
  if (height * width > MAXIMUM_PIXELS) throw formatError(images.path, 'its images are above 100 megapixels');
  if (labels.dims[0] !== count) {
    throw formatError(labels.path, `it has ${labels.dims[0]} labels for ${count} images`);
  }
  return { images, labels: await labels.readAll() };
}

function nameClasses(parts: Iterable<IdxPart>, folder: string): string[] {
  let greatest = 0;
  for (const { labels } of parts) for (const label of labels) greatest = Math.max(greatest, label);
  if (greatest === 0) throw formatError(folder, 'all labels are 0, and two classes are needed');
  return Array.from({ length: greatest + 1 }, (_, label) => String(label));
}

function makeIdxPart(part: string, { images, labels }: IdxPart): SourcePart {
  const [, height, width] = images.dims;
  const channels = images.dims.length === 4 ? 3 : 1;
  const read = async (index: number): Promise<Uint8Array> =>
    encodeNetpbm(await images.readItem(index), width, height, channels);
  const entries = Array.from(labels, (label, index) => ({
    name: `${part}/${index}`,
    label,
    read: () => read(index),
  }));
  return makePart(entries);
}

function explain(prefix: string, parts: ReadonlyMap<string, IdxPart>): string[] {
  const notes = ['The classes have no names in the files; they are called by their numbers.'];
  if (!parts.has('test')) notes.push('There are no test images.');
  const all = [...parts.values()];
  if (!all.some(({ labels }) => labels.includes(0))) notes.push('No image has the label 0.');
  if (prefix.includes('emnist')) {
    notes.push('The images of EMNIST lie with rows and columns exchanged in its files; they are left so.');
  }
  return notes;
}
