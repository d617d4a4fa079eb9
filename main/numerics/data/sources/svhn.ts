import { join } from 'node:path';
import { openFile, type OpenFile } from '#numerics/files/byte-source';
import { openMatFile, type MatVariable } from '../mat-file/mat-file';
import { encodeNetpbm } from '../netpbm';
import {
  type DatasetReader,
  type DatasetSource,
  type SourceListing,
  type SourcePart,
} from './dataset-source';
import { findRootOf } from './listed-folder';
import { formatError, layoutError } from './source-errors';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const PIXELS = 3 * PLANE;
/** The extra images are 1.6 billion bytes. */
const MAXIMUM_BYTES = 2 ** 31;

const fileNames = { train: 'train_32x32.mat', test: 'test_32x32.mat', extra: 'extra_32x32.mat' } as const;

/** The images and labels of a file, of which the content is not read yet. */
interface SvhnVariables {
  readonly path: string;
  readonly count: number;
  readonly images: MatVariable;
  readonly labels: MatVariable;
}

/**
 * Reads the cropped digits of Street View House Numbers: MAT files with the images `X`
 * (32 × 32 × 3 × N) and the labels `y`, in which 10 stands for the digit 0. The extra images, if there,
 * are a part of their own that no split has unless someone says so. A part is read into memory when its
 * images are asked for. Images are called `<part>/<number>`.
 */
export const svhnReader: DatasetReader = {
  format: 'svhn',
  title: 'Street View House Numbers, cropped digits',
  recognize: (listing) => {
    const root = findRootOf(listing, fileNames.train) ?? findRootOf(listing, fileNames.test);
    return root === null ? null : `it has ${root}*_32x32.mat`;
  },
  open: openSvhn,
};

async function openSvhn(listing: SourceListing): Promise<DatasetSource> {
  const root = findRootOf(listing, fileNames.train) ?? findRootOf(listing, fileNames.test) ?? '';
  for (const part of ['train', 'test'] as const) {
    const place = root + fileNames[part];
    if (!listing.isFolder || !listing.files.includes(place)) {
      throw layoutError(listing.path, `the file "${place}" is missing`, place);
    }
  }
  const opened: OpenFile[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((file) => file.close()));
  };
  try {
    const parts = new Map<string, SourcePart>();
    for (const [part, name] of Object.entries(fileNames)) {
      if (!listing.files.includes(root + name)) continue;
      const file = await openFile(join(listing.path, root, name), 'dataset_format');
      opened.push(file);
      parts.set(part, makeSvhnPart(part, await findVariables(file)));
    }
    return {
      format: 'svhn',
      classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
      parts,
      assignment: { train: ['train'], val: [], test: ['test'] },
      isSortedByClass: false,
      refused: [],
      notes: parts.has('extra') ? ['The extra images are left out unless a split is made of them.'] : [],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function findVariables(file: OpenFile): Promise<SvhnVariables> {
  const variables = await openMatFile(file, MAXIMUM_BYTES);
  const [images, labels] = ['X', 'y'].map((name) => {
    const variable = variables.get(name);
    if (variable === undefined) throw formatError(file.label, `it has no variable "${name}"`);
    return variable;
  });
  // The last dimension is not stored if it is 1.
  const [height, width, channels, count = 1, ...others] = images.dims;
  const isRight = height === SIDE && width === SIDE && channels === 3 && others.length === 0;
  if (!isRight) throw formatError(file.label, `"X" is ${images.dims.join(' × ')}, not 32 × 32 × 3 × N`);
  if (count === 0) throw formatError(file.label, 'it has no images');
  const labelCount = labels.dims.reduce((product, size) => product * size, 1);
  if (labelCount !== count || labels.dims.length !== 2) {
    throw formatError(file.label, `"y" is ${labels.dims.join(' × ')} for ${count} images`);
  }
  return { path: file.label, count, images, labels };
}

function makeSvhnPart(part: string, variables: SvhnVariables): SourcePart {
  return {
    count: variables.count,
    images: async function* () {
      const { labels, pixels } = await readVariables(variables);
      for (const [index, stored] of labels.entries()) {
        const name = `${part}/${index}`;
        const label = stored === 10 ? 0 : stored;
        if (Number.isInteger(label) && label >= 0 && label < 10) {
          yield { name, label, read: () => Promise.resolve(encodeImage(pixels, index)) };
        } else {
          yield { file: name, reason: `its label ${stored} has no class` };
        }
      }
    },
  };
}

async function readVariables({ path, images, labels, count }: SvhnVariables) {
  const y = await labels.read();
  if (y.kind !== 'numbers') throw formatError(path, '"y" is not an array of numbers');
  const x = await images.read();
  if (x.kind !== 'numbers' || !(x.values instanceof Uint8Array)) {
    throw formatError(path, '"X" is not an array of bytes');
  }
  if (x.values.length !== count * PIXELS || y.values.length !== count) {
    throw formatError(path, 'its variables are not as long as they say');
  }
  return { labels: Array.from(y.values, Number), pixels: x.values };
}

/** In the file rows vary fastest, then columns, then channels. */
function encodeImage(values: Uint8Array, index: number): Uint8Array {
  const pixels = new Uint8Array(PIXELS);
  for (let i = 0; i < PIXELS; i++) {
    const channel = Math.floor(i / PLANE);
    const column = Math.floor((i % PLANE) / SIDE);
    const row = i % SIDE;
    pixels[(row * SIDE + column) * 3 + channel] = values[index * PIXELS + i];
  }
  return encodeNetpbm(pixels, SIDE, SIDE, 3);
}
