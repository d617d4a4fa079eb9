import { basename, join } from 'node:path';
import { encodeNetpbm } from '../netpbm';
import { type ByteSource } from '#numerics/files/byte-source';
import { openCifarFiles } from './cifar-files';
import {
  type DatasetReader,
  type DatasetSource,
  type RefusedEntry,
  type SourceImage,
  type SourceListing,
  type SourcePart,
} from './dataset-source';
import { findRootOf } from './listed-folder';
import { formatError, layoutError } from './source-errors';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const PIXELS = 3 * PLANE;
/** Records read at a time while labels are looked at. */
const RECORDS_AT_A_TIME = 256;
const LONGEST_LIST = 65_536;

/** How one of the two datasets is stored. */
interface CifarLayout {
  readonly format: 'cifar-10' | 'cifar-100';
  /** What a record has before its pixels: labels, of which the last is the one that counts. */
  readonly labelBytes: number;
  readonly classCount: number;
  readonly namesFile: string;
  readonly parts: Readonly<Record<'train' | 'test', readonly string[]>>;
  /** A file that only the version for Python has, which torchvision downloads. */
  readonly pickle: string;
}

const cifar10: CifarLayout = {
  format: 'cifar-10',
  labelBytes: 1,
  classCount: 10,
  namesFile: 'batches.meta.txt',
  parts: {
    train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
    test: ['test_batch.bin'],
  },
  pickle: 'cifar-10-batches-py/data_batch_1',
};

const cifar100: CifarLayout = {
  format: 'cifar-100',
  labelBytes: 2,
  classCount: 100,
  namesFile: 'fine_label_names.txt',
  parts: { train: ['train.bin'], test: ['test.bin'] },
  pickle: 'cifar-100-python/train',
};

/**
 * Reads the binary version of CIFAR-10, unpacked or as the archive that its authors publish. Records are
 * a label and 3 planes of 32 × 32 values. Images are called `<part>/<number>`.
 */
export const cifar10Reader = makeReader(cifar10, 'CIFAR-10, binary version');

/**
 * Reads the binary version of CIFAR-100, unpacked or as the archive that its authors publish. Records are
 * a coarse label, a fine label, which is the one taken, and 3 planes of 32 × 32 values. Images are called
 * `<part>/<number>`.
 */
export const cifar100Reader = makeReader(cifar100, 'CIFAR-100, binary version, fine labels');

function makeReader(layout: CifarLayout, title: string): DatasetReader {
  const { format } = layout;
  return {
    format,
    title,
    recognize: (listing) => {
      const root = findRoot(listing, layout);
      if (root !== null) return `it has ${root}${layout.parts.train[0]}`;
      const archive = findArchive(listing, layout) ?? findPickles(listing, layout);
      return archive === null ? null : `it has ${archive}`;
    },
    open: (listing) => openCifar(listing, layout),
  };
}

function findRoot(listing: SourceListing, { parts }: CifarLayout): string | null {
  const root = findRootOf(listing, parts.train[0]);
  return root !== null && listing.files.includes(root + parts.test[0]) ? root : null;
}

function findArchive({ files }: SourceListing, { format }: CifarLayout): string | null {
  return files.find((name) => basename(name).toLowerCase() === `${format}-binary.tar.gz`) ?? null;
}

/** The version for Python: its folder, also given itself, or its archive. */
function findPickles({ path, files }: SourceListing, { format, pickle }: CifarLayout): string | null {
  const [folder, file] = pickle.split('/');
  const isInside = basename(path) === folder;
  return (
    files.find((name) => name === pickle || name.endsWith(`/${pickle}`) || (isInside && name === file)) ??
    files.find((name) => basename(name).toLowerCase() === `${format}-python.tar.gz`) ??
    null
  );
}

/**
 * Refuses the version for Python, which is pickled.
 *
 * @throws {AppError} `dataset_layout`
 */
function requireBinary(listing: SourceListing, layout: CifarLayout): void {
  const found = findPickles(listing, layout);
  if (found === null) return;
  const { format } = layout;
  const problem = `"${found}" is the Python version of ${format.toUpperCase()}, which is pickled; take the binary version (${format}-binary.tar.gz) or a parquet copy`;
  throw layoutError(listing.path, problem, found);
}

async function openCifar(listing: SourceListing, layout: CifarLayout): Promise<DatasetSource> {
  const { format, parts, namesFile } = layout;
  const whole = findRoot(listing, layout);
  const archive = whole === null ? findArchive(listing, layout) : null;
  if (whole === null && archive === null) requireBinary(listing, layout);
  const root = whole ?? findRootOf(listing, parts.train[0]);
  const files = await openCifarFiles(
    listing,
    archive === null
      ? { root: root ?? '' }
      : { archive: listing.isFolder ? join(listing.path, archive) : listing.path },
    { required: [...parts.train, ...parts.test], optional: namesFile },
  );
  try {
    const names = files.sources.get(namesFile);
    const numbers = Array.from({ length: layout.classCount }, (_, label) => String(label));
    const note = `There is no ${namesFile}; the classes are called by their numbers.`;
    const makePart = (part: 'train' | 'test'): [string, SourcePart] => [
      part,
      makeCifarPart(
        part,
        parts[part].map((name) => files.sources.get(name)!),
        layout,
      ),
    ];
    return {
      format,
      classes: names === undefined ? numbers : await readNames(names, layout.classCount),
      parts: new Map([makePart('train'), makePart('test')]),
      assignment: { train: ['train'], val: [], test: ['test'] },
      isSortedByClass: false,
      refused: [],
      notes: names === undefined ? [note] : [],
      close: files.close,
    };
  } catch (error) {
    await files.close();
    throw error;
  }
}

async function readNames(source: ByteSource, count: number): Promise<string[]> {
  if (source.size > LONGEST_LIST) throw formatError(source.label, 'it is too long for a list of classes');
  const text = Buffer.from(await source.read(0, source.size)).toString('utf8');
  const names = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (names.length !== count) {
    throw formatError(source.label, `it has ${names.length} names of classes, not ${count}`);
  }
  if (new Set(names).size !== count) throw formatError(source.label, 'two of its classes have the same name');
  return names;
}

function makeCifarPart(part: string, files: readonly ByteSource[], layout: CifarLayout): SourcePart {
  const recordLength = layout.labelBytes + PIXELS;
  for (const { label, size } of files) {
    if (size === 0) throw formatError(label, 'it is empty');
    if (size % recordLength !== 0) {
      throw formatError(label, `its ${size} bytes are not a whole number of images of ${recordLength} bytes`);
    }
  }
  const counts = files.map(({ size }) => size / recordLength);
  return {
    count: counts.reduce((sum, count) => sum + count, 0),
    images: async function* () {
      let number = 0;
      for (const [i, file] of files.entries()) {
        for (let record = 0; record < counts[i]; record += RECORDS_AT_A_TIME) {
          const count = Math.min(RECORDS_AT_A_TIME, counts[i] - record);
          const bytes = await file.read(record * recordLength, count * recordLength);
          for (let j = 0; j < count; j++) {
            const label = bytes[j * recordLength + layout.labelBytes - 1];
            const pixelStart = (record + j) * recordLength + layout.labelBytes;
            yield makeEntry(`${part}/${number++}`, label, layout, () => readImage(file, pixelStart));
          }
        }
      }
    },
  };
}

function makeEntry(
  name: string,
  label: number,
  { classCount }: CifarLayout,
  read: SourceImage['read'],
): SourceImage | RefusedEntry {
  if (label < classCount) return { name, label, read };
  return { file: name, reason: `its label ${label} has no class` };
}

/** Planes of red, green and blue become pixels. */
async function readImage(file: ByteSource, start: number): Promise<Uint8Array> {
  const planes = await file.read(start, PIXELS);
  const pixels = new Uint8Array(PIXELS);
  for (let i = 0; i < PIXELS; i++) pixels[(i % PLANE) * 3 + Math.floor(i / PLANE)] = planes[i];
  return encodeNetpbm(pixels, SIDE, SIDE, 3);
}
