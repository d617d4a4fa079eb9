import { AppError } from '#contract/errors';
import { type DatasetFormat } from '#contract/specs/dataset-format';
import { type DatasetReader, type SourceListing } from './dataset-source';

/** A reader that takes a listing for its own format, and why. */
export interface FoundReader {
  readonly reader: DatasetReader;
  /** What it went by: "it has train/ with class folders". */
  readonly reason: string;
}

/** What each format is recognized by, for the message that says nothing was found. */
const lookedFor: Readonly<Record<DatasetFormat, string>> = {
  'image-folder': 'train/<class>/<image>, with optional val/ and test/, or <class>/<image> alone',
  'captioned-folder':
    'metadata.jsonl or metadata.csv beside the images, or in each of train/, val/ and test/',
  idx: 'train-images-idx3-ubyte (idx4 for color) and train-labels-idx1-ubyte, plain or .gz',
  'cifar-10': 'data_batch_1.bin to data_batch_5.bin and test_batch.bin, or cifar-10-binary.tar.gz',
  'cifar-100': 'train.bin and test.bin, or cifar-100-binary.tar.gz',
  parquet: 'files that end in .parquet',
  webdataset: 'files that end in .tar, .tar.gz or .tgz',
  svhn: 'train_32x32.mat and test_32x32.mat',
  gtsrb: 'GTSRB/Training/<class>/<image>.ppm and GT-final_test.csv',
  'stanford-cars': 'devkit/cars_train_annos.mat, cars_train/ and cars_test/',
  dtd: 'images/<class>/<image>.jpg and labels/train1.txt',
  resisc45: 'NWPU-RESISC45/<class>/<image>.jpg and resisc45-train.txt',
  sun397: 'SUN397/<letter>/<class>/<image>.jpg and Training_01.txt',
};

/**
 * Finds out which format a dataset is in.
 *
 * @param listing what lies at the path
 * @param readers readers of all formats, the most specific first: the first that recognizes it is taken
 * @throws {AppError} `dataset_layout` if none recognizes it, with what each of them looks for
 */
export function findReader(listing: SourceListing, readers: readonly DatasetReader[]): FoundReader {
  for (const reader of readers) {
    const reason = reader.recognize(listing);
    if (reason !== null) return { reader, reason };
  }
  const formats = [
    ...new Set(readers.map(({ format, title }) => `${format} (${title}): ${lookedFor[format]}`)),
  ];
  throw new AppError(
    'dataset_layout',
    `${listing.path} is not recognized as a dataset. These are known: ${formats.join('; ')}.`,
    { folder: listing.path, place: '', formats },
  );
}
