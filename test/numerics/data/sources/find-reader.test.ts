import { describe, expect, test } from 'vitest';
import { type DatasetReader, type SourceListing } from '#numerics/data/sources/dataset-source';
import { findReader } from '#numerics/data/sources/find-reader';
import { listSource } from '#numerics/data/sources/list-source';
import { chooseReader } from '#numerics/data/sources/readers';
import { writeTree } from './source-fixture';

const listing: SourceListing = { path: '/data', isFolder: true, files: ['a'] };

function reader(format: DatasetReader['format'], reason: string | null): DatasetReader {
  return {
    format,
    title: `the format ${format}`,
    recognize: (seen) => (seen === listing ? reason : null),
    open: () => Promise.reject(new Error('not opened')),
  };
}

describe('finding the reader of a source', () => {
  test('takes the first that recognizes it', () => {
    const readers = [reader('dtd', null), reader('idx', 'it has b'), reader('parquet', 'it has c')];
    expect(findReader(listing, readers)).toEqual({ reader: readers[1], reason: 'it has b' });
  });

  test('says what is looked for if none does', () => {
    const find = () => findReader(listing, [reader('dtd', null), reader('webdataset', null)]);
    expect(find).toThrow(
      expect.objectContaining({
        code: 'dataset_layout',
        message: expect.stringContaining('/data is not recognized') as unknown,
        data: {
          folder: '/data',
          place: '',
          formats: [
            'dtd (the format dtd): images/<class>/<image>.jpg and labels/train1.txt',
            'webdataset (the format webdataset): files that end in .tar, .tar.gz or .tgz',
          ],
        },
      }) as Error,
    );
  });
});

test('asks which revision of a cache of the Hugging Face hub is meant', async () => {
  const shard = (letter: string) => `snapshots/${letter.repeat(40)}/data/train-0.parquet`;
  const listing = await listSource(writeTree([shard('a'), shard('b')]));
  expect(() => chooseReader(listing, null)).toThrow(
    expect.objectContaining({
      code: 'dataset_layout',
      message: expect.stringContaining('choose one of them') as unknown,
    }),
  );
  expect(chooseReader(await listSource(writeTree([shard('a')])), null).reader.format).toBe('parquet');
});
