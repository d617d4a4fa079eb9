import type { DatasetFormat } from '#contract/specs/dataset-format';
import { findClassFolders } from './bare-folders';
import { captionedFolderReader } from './captioned-folder';
import { cifar100Reader, cifar10Reader } from './cifar';
import type { DatasetReader, SourceListing } from './dataset-source';
import { dtdReader } from './dtd';
import { findReader, type FoundReader } from './find-reader';
import { gtsrbReader } from './gtsrb';
import { idxReader } from './idx';
import { imageFolderReader } from './image-folder';
import { parquetReader } from './parquet';
import { resisc45Reader } from './resisc45';
import { layoutError } from './source-errors';
import { stanfordCarsReader } from './stanford-cars';
import { sun397Reader } from './sun397';
import { svhnReader } from './svhn';
import { webdatasetReader } from './webdataset';

/**
 * Reads class folders without `train` above them. Recognized after everything else, since it asks for so
 * little.
 */
const bareFolderReader: DatasetReader = {
  ...imageFolderReader,
  recognize: (listing) => {
    const prefix = findClassFolders(listing);
    return prefix === null ? null : `it has class folders${prefix === '' ? '' : ` in ${prefix}`}`;
  },
};

/**
 * All readers, the most specific layout first. Folders of images come before archives: what they were
 * unpacked from often still lies beside them.
 */
const readers: readonly DatasetReader[] = [
  stanfordCarsReader,
  gtsrbReader,
  svhnReader,
  dtdReader,
  resisc45Reader,
  sun397Reader,
  idxReader,
  captionedFolderReader,
  imageFolderReader,
  parquetReader,
  cifar10Reader,
  cifar100Reader,
  webdatasetReader,
  bareFolderReader,
];

/**
 * Returns the reader of a format, or the one that recognizes the files.
 *
 * @param listing what lies at the path
 * @param format null for the one that is recognized
 * @throws {AppError} `dataset_layout` if no reader recognizes it, or several revisions of it are there
 */
export function chooseReader(listing: SourceListing, format: DatasetFormat | null): FoundReader {
  requireOneRevision(listing);
  if (format === null) return findReader(listing, readers);
  return { reader: readers.find((reader) => reader.format === format)!, reason: 'your choice' };
}

/** A cache of the Hugging Face hub keeps every revision that was fetched; together they are the data twice. */
function requireOneRevision({ path, files }: SourceListing): void {
  const found = files.flatMap((name) => /^(?:.*snapshots\/)?[0-9a-f]{40}(?=\/)/.exec(name)?.[0] ?? []);
  const revisions = [...new Set(found)];
  if (revisions.length < 2) return;
  throw layoutError(path, `there are several revisions (${revisions.join(', ')}); choose one of them`, '');
}
