import { readdirSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { idxReader } from '#numerics/data/sources/idx';
import { listSource } from '#numerics/data/sources/list-source';
import { copyFixture, decode, fuzzReader, imagesOf, readGolden, type GoldenImage } from './reader-golden';
import {
  entriesOf,
  fixtureFolder,
  formatErrorAt,
  layoutErrorAt,
  linesOf,
  openPath,
  writeTree,
} from './source-fixture';

type Golden = Record<'train' | 'test', GoldenImage[]>;
const golden = readGolden('idx.json') as Golden;
const goldenColor = readGolden('idx4.json') as Golden;

function idx(dims: readonly number[], values: readonly number[], type = 8): Buffer {
  const head = Buffer.alloc(4 + 4 * dims.length);
  head.set([0, 0, type, dims.length]);
  dims.forEach((size, i) => head.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([head, Buffer.from(values)]);
}

const images = idx([2, 2, 1], [1, 2, 3, 4]);
const labels = idx([2], [0, 1]);
const train = { 'train-images-idx3-ubyte': images, 'train-labels-idx1-ubyte': labels };

async function openTree(files: Readonly<Record<string, Uint8Array>>) {
  return openPath(idxReader, writeTree(files));
}

describe('reading IDX files', () => {
  test.each(['idx', 'idx/MNIST', 'idx/MNIST/raw', 'idx-gzip'])(
    'reads %s as torchvision does',
    async (name) => {
      const source = await openPath(idxReader, join(fixtureFolder, name));
      expect(source.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
      expect(source.assignment).toEqual({ train: ['train'], val: [], test: ['test'] });
      expect([...source.parts.keys()].sort()).toEqual(['test', 'train']);
      expect(await imagesOf(source, 'train')).toEqual(golden.train);
      expect(await imagesOf(source, 'test')).toEqual(golden.test);
      await source.close();
    },
  );

  test('reads images in color, plain and compressed', async () => {
    const source = await openPath(idxReader, join(fixtureFolder, 'idx4'));
    expect(source.classes).toEqual(['0', '1', '2', '3', '4']);
    expect(source.assignment).toEqual({ train: ['train'], val: [], test: ['test'] });
    expect(await imagesOf(source, 'train')).toEqual(goldenColor.train);
    expect(await imagesOf(source, 'test')).toEqual(goldenColor.test);
    await source.close();
  });

  test('reads a part in color beside one in gray', async () => {
    const source = await openTree({
      ...train,
      't10k-images-idx4-ubyte': idx([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]),
      't10k-labels-idx1-ubyte': idx([1], [1]),
    });
    const decodeFirst = async (part: string) => {
      const [image] = await entriesOf(source, part);
      if ('reason' in image) throw new Error(image.reason);
      const { pixels, width, height } = await decode(await image.read());
      return { pixels: [...pixels], width, height };
    };
    expect(await decodeFirst('train')).toEqual({ pixels: [1, 1, 1, 2, 2, 2], width: 1, height: 2 });
    expect(await decodeFirst('test')).toEqual({ pixels: [1, 2, 3, 4, 5, 6], width: 2, height: 1 });
    await source.close();
  });

  test('gives the images of a part again when it is asked again', async () => {
    const source = await openPath(idxReader, join(fixtureFolder, 'idx'));
    expect(await imagesOf(source, 'test')).toEqual(await imagesOf(source, 'test'));
    await source.close();
  });

  test('no longer reads images once it is closed', async () => {
    const source = await openTree(train);
    await source.close();
    await expect(imagesOf(source, 'train')).rejects.toThrow();
  });

  test('recognizes the usual names and no others', async () => {
    const recognize = async (...names: string[]) => idxReader.recognize(await listSource(writeTree(names)));
    expect(await recognize('train-images-idx3-ubyte')).toBe('it has train-images-idx3-ubyte');
    expect(await recognize('a/b/train-images.idx3-ubyte.gz')).toBe('it has a/b/train-images.idx3-ubyte.gz');
    expect(await recognize('emnist-letters-train-images-idx3-ubyte')).not.toBeNull();
    expect(await recognize('a/b/c/train-images-idx3-ubyte')).toBeNull();
    expect(await recognize('train-labels-idx1-ubyte')).toBeNull();
    expect(await recognize('train-images-idx4-ubyte')).toBe('it has train-images-idx4-ubyte');
    expect(await recognize('train-images-idx1-ubyte')).toBeNull();
    expect(await recognize('train-images-idx2-ubyte')).toBeNull();
    expect(await recognize('train-labels-idx4-ubyte')).toBeNull();
    expect(await recognize('retrain-images-idx3-ubyte')).toBeNull();
    expect(await recognize('train-images-idx3-ubyte.zip')).toBeNull();
    const file = join(writeTree(['train-images-idx3-ubyte']), 'train-images-idx3-ubyte');
    expect(idxReader.recognize(await listSource(file))).toBeNull();
  });

  test('reads names with dots, validation images, and compressed content whatever its name', async () => {
    const source = await openTree({
      'train-images.idx3-ubyte': gzipSync(images),
      'train-labels.idx1-ubyte.gz': labels,
      'val-images.idx3-ubyte': images,
      'val-labels.idx1-ubyte': labels,
    });
    expect(await linesOf(source, 'train')).toEqual(['train/0: 0', 'train/1: 1']);
    expect(source.assignment).toEqual({ train: ['train'], val: ['val'], test: [] });
    expect(source.notes).toContain('There are no test images.');
    await source.close();
  });

  test('takes what is unpacked before what is compressed, and what is less deep', async () => {
    const source = await openTree({
      ...train,
      'train-images-idx3-ubyte.gz': images.subarray(5),
      'deeper/train-images-idx3-ubyte': images.subarray(5),
    });
    expect(await linesOf(source, 'train')).toHaveLength(2);
    await source.close();
  });

  test('says what it assumes about EMNIST', async () => {
    const source = await openTree({
      'emnist-letters-train-images-idx3-ubyte': images,
      'emnist-letters-train-labels-idx1-ubyte': idx([2], [1, 2]),
    });
    expect(source.classes).toEqual(['0', '1', '2']);
    expect(source.notes).toContain('No image has the label 0.');
    expect(source.notes.join()).toContain('rows and columns exchanged');
    await source.close();
  });

  test('says which file is missing or one too many', async () => {
    await expect(openTree({ 'readme.txt': labels })).rejects.toThrow(layoutErrorAt(''));
    await expect(openTree({ 'train-images-idx3-ubyte': images })).rejects.toThrow(
      '"train-images-idx3-ubyte" has no file of labels beside it',
    );
    await expect(openTree({ ...train, 't10k-labels-idx1-ubyte': labels })).rejects.toThrow(
      layoutErrorAt('t10k-labels-idx1-ubyte'),
    );
    await expect(openTree({ ...train, 'train-images.idx3-ubyte': images })).rejects.toThrow(
      'both "train-images-idx3-ubyte" and "train-images.idx3-ubyte" are there',
    );
    await expect(openTree({ ...train, 'train-images-idx4-ubyte.gz': images })).rejects.toThrow(
      'both "train-images-idx3-ubyte" and "train-images-idx4-ubyte.gz" are there',
    );
    const two = { 'MNIST/train-images-idx3-ubyte': images, 'Fashion/train-images-idx3-ubyte': images };
    await expect(openTree(two)).rejects.toThrow('are of two datasets');
    const file = join(writeTree(train), 'train-images-idx3-ubyte');
    await expect(openPath(idxReader, file)).rejects.toThrow(layoutErrorAt(''));
  });

  test.each([
    ['it ends within its header', Buffer.of(0, 0, 8)],
    ['it does not begin as an IDX file does', Buffer.from('an old text file')],
    ['its numbers are not unsigned bytes', idx([2, 2, 1], [1, 2, 3, 4], 13)],
    ['it has 1 dimensions, not 3', idx([12], Array<number>(12).fill(0))],
    ['it is empty', idx([0, 28, 28], [])],
    ['it has 19 bytes, not 20', images.subarray(0, 19)],
    ['it has 21 bytes, not 20', Buffer.concat([images, Buffer.of(0)])],
    ['it has 19 bytes, not', idx([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], [1, 2, 3])],
    ['damaged or cut short', gzipSync(images).subarray(0, 25)],
    ['damaged or cut short', Buffer.of(0x1f, 0x8b, 7, 7, 7, 7, 7, 7, 7, 7, 7)],
    ['longer than they say', gzipSync(Buffer.concat([images, Buffer.alloc(1000)]))],
    ['shorter than they say', gzipSync(images.subarray(0, 19))],
    ['shorter than they say', gzipSync(idx([60_000, 28, 28], [1, 2, 3]))],
    ['longer than 4 GiB', gzipSync(idx([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], [1, 2, 3]))],
  ])('refuses images of which it says: %s', async (problem, content) => {
    const tree = { ...train, 'train-images-idx3-ubyte': content };
    await expect(openTree(tree)).rejects.toThrow(formatErrorAt('train-images-idx3-ubyte', problem));
  });

  test.each([
    ['its images have 1 channels, not 3', idx([2, 2, 1, 1], [1, 2, 3, 4])],
    ['its images have 4 channels, not 3', gzipSync(idx([2, 1, 1, 4], [1, 2, 3, 4, 5, 6, 7, 8]))],
    ['it has 3 dimensions, not 4', idx([2, 2, 3], Array<number>(12).fill(0))],
    ['it ends within its header', images.subarray(0, 16)],
    ['it has 31 bytes, not 32', idx([2, 2, 1, 3], Array<number>(11).fill(0))],
    ['it is empty', idx([2, 1, 1, 0], [])],
  ])('refuses images in color of which it says: %s', async (problem, content) => {
    const tree = { 'train-images-idx4-ubyte': content, 'train-labels-idx1-ubyte': labels };
    await expect(openTree(tree)).rejects.toThrow(formatErrorAt('train-images-idx4-ubyte', problem));
  });

  test('refuses images above 100 megapixels', async () => {
    const folder = writeTree({ ...train, 'train-images-idx3-ubyte': idx([1, 10_001, 10_000], []) });
    truncateSync(join(folder, 'train-images-idx3-ubyte'), 16 + 100_010_000);
    const error = formatErrorAt('train-images-idx3-ubyte', 'its images are above 100 megapixels');
    await expect(openPath(idxReader, folder)).rejects.toThrow(error);
  });

  test.each([
    ['it has 3 labels for 2 images', idx([3], [0, 1, 2])],
    ['it has 3 dimensions, not 1', images],
    ['it has 9 bytes, not 10', labels.subarray(0, 9)],
  ])('refuses labels of which it says: %s', async (problem, content) => {
    const tree = { ...train, 'train-labels-idx1-ubyte': content };
    await expect(openTree(tree)).rejects.toThrow(formatErrorAt('train-labels-idx1-ubyte', problem));
  });

  test('refuses labels that are all 0', async () => {
    const tree = { ...train, 'train-labels-idx1-ubyte': idx([2], [0, 0]) };
    await expect(openTree(tree)).rejects.toThrow(formatErrorAt('', 'two classes are needed'));
  });

  test('says so when a listed file is gone', async () => {
    const folder = writeTree(train);
    const listing = await listSource(folder);
    rmSync(join(folder, 'train-labels-idx1-ubyte'));
    await expect(idxReader.open(listing)).rejects.toMatchObject({ code: 'source_missing' });
  });

  test('keeps its footing on damaged files', async () => {
    expect((await fuzzReader(idxReader, 'idx')).faults).toEqual([]);
  });

  test('keeps its footing on damaged compressed files', async () => {
    expect((await fuzzReader(idxReader, 'idx-gzip')).faults).toEqual([]);
  });

  test('keeps its footing on damaged files with images in color', async () => {
    expect((await fuzzReader(idxReader, 'idx4')).faults).toEqual([]);
  });

  test('keeps its footing on damage below the compression', async () => {
    const folder = copyFixture('idx/MNIST/raw');
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const damaged = readFileSync(path);
      damaged[5] ^= 0x80;
      writeTree({ [name]: gzipSync(damaged) }, folder);
      renameSync(path, `${path}.gz`);
    }
    await expect(openPath(idxReader, folder)).rejects.toThrow(
      formatErrorAt('-ubyte.gz', 'shorter than they say'),
    );
  });
});
