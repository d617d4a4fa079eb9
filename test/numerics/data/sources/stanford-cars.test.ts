import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listSource } from '#numerics/data/sources/list-source';
import { stanfordCarsReader } from '#numerics/data/sources/stanford-cars';
import { arrayOf, element, headOf, join as joinBytes, mat, matFile, words } from '../mat-writer';
import { copyFixture, fuzzReader, imagesOf, readGolden, type GoldenImage } from './reader-golden';
import {
  entriesOf,
  fixtureFolder,
  formatErrorAt,
  layoutErrorAt,
  linesOf,
  openPath,
  writeTree,
} from './source-fixture';

interface Golden {
  readonly classes: string[];
  readonly train: GoldenImage[];
  readonly test: GoldenImage[];
}

const golden = readGolden('stanford-cars.json') as Golden;
const ANNOTATIONS = 'devkit/cars_train_annos.mat';
const META = 'devkit/cars_meta.mat';
const TEST_ANNOTATIONS = 'cars_test_annos_withlabels.mat';

/** Annotations of which the class is a number or text. */
function annotations(
  ...rows: readonly (readonly [file: string, classNumber: number | string])[]
): Uint8Array {
  const cells = rows.flatMap(([file, classNumber]) => [
    typeof classNumber === 'string'
      ? arrayOf('', [1, classNumber.length], classNumber)
      : arrayOf('', [1, 1], Float64Array.of(classNumber)),
    arrayOf('', [1, file.length], file),
  ]);
  const names = joinBytes(element(mat.int32, words(6)), element(mat.int8, Buffer.from('class\0fname\0')));
  const head = headOf(2, [1, rows.length], 'annotations');
  return matFile(element(mat.matrix, joinBytes(head, names, ...cells)));
}

function classNames(...cells: readonly Uint8Array[]): Uint8Array {
  return matFile(element(mat.matrix, joinBytes(headOf(1, [1, cells.length], 'class_names'), ...cells)));
}

async function openWith(files: Readonly<Record<string, Uint8Array>>) {
  return openPath(stanfordCarsReader, writeTree(files, copyFixture('stanford_cars')));
}

describe('reading Stanford Cars', () => {
  test('gives images, labels and classes as torchvision does', async () => {
    const source = await openPath(stanfordCarsReader, join(fixtureFolder, 'stanford_cars'));
    expect(source.classes).toEqual(golden.classes);
    expect(source.assignment).toEqual({ train: ['train'], val: [], test: ['test'] });
    expect(await imagesOf(source, 'train')).toEqual(golden.train);
    expect(await imagesOf(source, 'test')).toEqual(golden.test);
    expect([source.refused, source.notes]).toEqual([[], []]);
    await source.close();
  });

  test('is recognized by its annotations, at any depth', async () => {
    const recognize = async (...names: string[]) =>
      stanfordCarsReader.recognize(await listSource(writeTree(names)));
    expect(await recognize(`data/stanford_cars/${ANNOTATIONS}`)).toBe(
      `it has data/stanford_cars/${ANNOTATIONS}`,
    );
    expect(await recognize(META)).toBeNull();
    const parent = copyFixture('stanford_cars');
    mkdirSync(join(parent, 'cars'));
    for (const name of ['devkit', 'cars_train', 'cars_test', TEST_ANNOTATIONS]) {
      renameSync(join(parent, name), join(parent, 'cars', name));
    }
    expect(await imagesOf(await openPath(stanfordCarsReader, parent), 'test')).toEqual(golden.test);
  });

  test('finds the labels of the test images in the devkit as well', async () => {
    const copy = copyFixture('stanford_cars');
    renameSync(join(copy, TEST_ANNOTATIONS), join(copy, 'devkit', TEST_ANNOTATIONS));
    expect(await imagesOf(await openPath(stanfordCarsReader, copy), 'test')).toEqual(golden.test);
  });

  test('has no test part without the labels of the test images, and says so', async () => {
    const copy = copyFixture('stanford_cars');
    rmSync(join(copy, TEST_ANNOTATIONS));
    writeTree(['devkit/cars_test_annos.mat'], copy);
    const source = await openPath(stanfordCarsReader, copy);
    expect([...source.parts.keys()]).toEqual(['train']);
    expect(source.assignment.test).toEqual([]);
    expect(source.notes).toEqual([expect.stringContaining(TEST_ANNOTATIONS)]);
  });

  test('leaves out images without a file, a class, or an annotation', async () => {
    const rows = [
      ['00001.jpg', 3],
      ['gone.jpg', 1],
      ['00002.jpg', 0],
      ['00003.jpg', 4],
      ['00004.jpg', 'one'],
      ['00001.jpg', 1],
      ['../cars_test/00001.jpg', 1],
    ] as const;
    const source = await openWith({ [ANNOTATIONS]: annotations(...rows) });
    expect(await linesOf(source, 'train')).toEqual([
      `cars_train/00001.jpg: ${golden.classes[2]}`,
      'cars_train/gone.jpg refused: it is annotated but not there',
      'cars_train/00002.jpg refused: its class 0 is not one of the 3',
      'cars_train/00003.jpg refused: its class 4 is not one of the 3',
      'cars_train/00004.jpg refused: its class is not a number',
      'cars_train/00001.jpg refused: it is annotated twice',
      'cars_train/../cars_test/00001.jpg refused: it is annotated but not there',
    ]);
    expect(source.refused).toEqual([
      { file: 'cars_train/00005.jpg', reason: `it has no annotation in ${ANNOTATIONS}` },
    ]);
  });

  test('costs only the image when a file is gone', async () => {
    const copy = copyFixture('stanford_cars');
    const source = await openPath(stanfordCarsReader, copy);
    rmSync(join(copy, golden.train[0].name));
    const [gone] = await entriesOf(source, 'train');
    await expect('read' in gone && gone.read()).rejects.toThrow('ENOENT');
  });

  test.each([ANNOTATIONS, META, 'cars_train', 'cars_test'])('says that %s is missing', async (name) => {
    const copy = copyFixture('stanford_cars');
    rmSync(join(copy, name), { recursive: true });
    await expect(openPath(stanfordCarsReader, copy)).rejects.toThrow(layoutErrorAt(name));
  });

  const text = (name: string) => arrayOf('', [1, name.length], name);
  test.each([
    ['it has no cell array "class_names"', matFile()],
    ['it has no cell array "class_names"', matFile(arrayOf('class_names', [1, 1], 'a'))],
    ['the name of class 2 is not text', classNames(text('a'), arrayOf('', [1, 1], Float64Array.of(1)))],
    ['the name of class 1 is not text', classNames(text(' '), text('b'))],
    ['it has 1 class(es)', classNames(text('a'))],
    ['two of its classes have the same name', classNames(text('a'), text('a'))],
    ['it is not a MAT file of level 5', Buffer.from('nothing')],
  ])('refuses names of classes of which it says: %s', async (problem, content) => {
    await expect(openWith({ [META]: content })).rejects.toThrow(formatErrorAt('cars_meta.mat', problem));
  });

  test.each([
    ['it has no structures "annotations"', matFile()],
    ['it has no structures "annotations"', matFile(arrayOf('annotations', [1, 1], 'a'))],
    ['it has no annotations', annotations()],
    ['annotation 1 has no name of a file', annotations(['', 1])],
  ])('refuses annotations of which it says: %s', async (problem, content) => {
    await expect(openWith({ [ANNOTATIONS]: content })).rejects.toThrow(formatErrorAt(ANNOTATIONS, problem));
  });

  test('keeps its footing on damaged files', async () => {
    expect((await fuzzReader(stanfordCarsReader, 'stanford_cars', /\.mat$/)).faults).toEqual([]);
  });
});
