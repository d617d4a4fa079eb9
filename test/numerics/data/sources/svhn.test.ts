import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listSource } from '#numerics/data/sources/list-source';
import { svhnReader } from '#numerics/data/sources/svhn';
import { arrayOf, matFile } from '../mat-writer';
import { copyFixture, fuzzReader, imagesOf, readGolden, type GoldenImage } from './reader-golden';
import {
  entriesOf,
  fixtureFolder,
  formatErrorAt,
  layoutErrorAt,
  openPath,
  writeTree,
} from './source-fixture';

const golden = readGolden('svhn.json') as Record<'train' | 'test' | 'extra', GoldenImage[]>;

const oneImage = arrayOf('X', [32, 32, 3], new Uint8Array(3072));
const oneLabel = arrayOf('y', [1, 1], Uint8Array.of(3));

/** The fixture with other training images. */
function withTrain(...variables: readonly Uint8Array[]): string {
  return writeTree({ 'train_32x32.mat': matFile(...variables) }, copyFixture('svhn'));
}

describe('reading SVHN', () => {
  test('gives images and labels as torchvision does', async () => {
    const source = await openPath(svhnReader, join(fixtureFolder, 'svhn'));
    expect(source.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    for (const part of ['train', 'test', 'extra'] as const) {
      expect(await imagesOf(source, part)).toEqual(golden[part]);
    }
    await source.close();
    await expect(imagesOf(source, 'train')).rejects.toThrow();
  });

  test('leaves the extra images out of all splits and says so', async () => {
    const source = await openPath(svhnReader, join(fixtureFolder, 'svhn'));
    expect(source.assignment).toEqual({ train: ['train'], val: [], test: ['test'] });
    expect(source.notes).toEqual([expect.stringContaining('extra')]);
    await source.close();
    const copy = copyFixture('svhn');
    rmSync(join(copy, 'extra_32x32.mat'));
    const without = await openPath(svhnReader, copy);
    expect([...without.parts.keys()]).toEqual(['train', 'test']);
    expect(without.notes).toEqual([]);
    await without.close();
  });

  test('is recognized by the names of its files, at any depth', async () => {
    const recognize = async (...names: string[]) => svhnReader.recognize(await listSource(writeTree(names)));
    expect(await recognize('svhn/train_32x32.mat')).toBe('it has svhn/*_32x32.mat');
    expect(await recognize('test_32x32.mat')).toBe('it has *_32x32.mat');
    expect(await recognize('train.mat')).toBeNull();
  });

  test('says which file is missing', async () => {
    for (const name of ['train_32x32.mat', 'test_32x32.mat']) {
      const copy = copyFixture('svhn');
      rmSync(join(copy, name));
      await expect(openPath(svhnReader, copy)).rejects.toThrow(layoutErrorAt(name));
    }
    await expect(openPath(svhnReader, writeTree(['a.txt']))).rejects.toThrow(
      layoutErrorAt('train_32x32.mat'),
    );
    const file = join(fixtureFolder, 'svhn/train_32x32.mat');
    await expect(openPath(svhnReader, file)).rejects.toThrow(layoutErrorAt('train_32x32.mat'));
  });

  test('reads a single image, of which the last dimension is not stored', async () => {
    const source = await openPath(svhnReader, withTrain(oneImage, oneLabel));
    expect(await entriesOf(source, 'train')).toMatchObject([{ name: 'train/0', label: 3 }]);
    await source.close();
  });

  test('leaves out images whose label is no digit', async () => {
    const images = arrayOf('X', [32, 32, 3, 4], new Uint8Array(4 * 3072));
    const labels = arrayOf('y', [4, 1], Float64Array.of(11, 0, 2.5, -1));
    const source = await openPath(svhnReader, withTrain(images, labels));
    expect(await entriesOf(source, 'train')).toMatchObject([
      { file: 'train/0', reason: 'its label 11 has no class' },
      { name: 'train/1', label: 0 },
      { file: 'train/2', reason: 'its label 2.5 has no class' },
      { file: 'train/3', reason: 'its label -1 has no class' },
    ]);
    await source.close();
  });

  test.each([
    ['it has no variable "X"', [oneLabel]],
    ['it has no variable "y"', [oneImage]],
    ['"X" is 32 × 32, not', [arrayOf('X', [32, 32], new Uint8Array(1024)), oneLabel]],
    ['"X" is 32 × 32 × 3 × 1 × 2, not', [arrayOf('X', [32, 32, 3, 1, 2], new Uint8Array(6144)), oneLabel]],
    ['it has no images', [arrayOf('X', [32, 32, 3, 0], new Uint8Array(0)), oneLabel]],
    ['"y" is 2 × 1 for 1 images', [oneImage, arrayOf('y', [2, 1], Uint8Array.of(1, 2))]],
    ['"y" is 1 × 1 × 1 for 1 images', [oneImage, arrayOf('y', [1, 1, 1], Uint8Array.of(1))]],
    ['it is not a MAT file of level 5', null],
  ])('refuses files of which it says: %s', async (problem, variables) => {
    const folder = variables === null ? copyFixture('svhn') : withTrain(...variables);
    if (variables === null) writeTree({ 'train_32x32.mat': 'not a MAT file' }, folder);
    await expect(openPath(svhnReader, folder)).rejects.toThrow(formatErrorAt('train_32x32.mat', problem));
  });

  test.each([
    ['"X" is not an array of bytes', [arrayOf('X', [32, 32, 3], new Float32Array(3072)), oneLabel]],
    ['"y" is not an array of numbers', [oneImage, arrayOf('y', [1, 1], 'a')]],
  ])('finds when images are asked for: %s', async (problem, variables) => {
    const source = await openPath(svhnReader, withTrain(...variables));
    await expect(imagesOf(source, 'train')).rejects.toThrow(formatErrorAt('train_32x32.mat', problem));
    await source.close();
  });

  test('finds a file that is cut short', async () => {
    const copy = copyFixture('svhn');
    const whole = readFileSync(join(copy, 'test_32x32.mat'));
    writeTree({ 'test_32x32.mat': whole.subarray(0, 1000) }, copy);
    await expect(openPath(svhnReader, copy)).rejects.toThrow(formatErrorAt('test_32x32.mat', 'ends within'));
  });

  test('keeps its footing on damaged files', async () => {
    expect((await fuzzReader(svhnReader, 'svhn')).faults).toEqual([]);
  });
});
