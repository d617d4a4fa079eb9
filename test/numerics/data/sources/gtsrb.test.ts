import { renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gtsrbReader } from '#numerics/data/sources/gtsrb';
import { listSource } from '#numerics/data/sources/list-source';
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

const golden = readGolden('gtsrb.json') as Record<'train' | 'test', GoldenImage[]>;

const head = 'Filename;Width;ClassId';
const small = {
  'Training/00000/a.ppm': 'P6',
  'Training/00001/a.ppm': 'P6',
  'Final_Test/Images/0.ppm': 'P6',
  'Final_Test/Images/1.ppm': 'P6',
};

function openTree(files: Readonly<Record<string, string>>) {
  return openPath(gtsrbReader, writeTree(files));
}

describe('reading GTSRB', () => {
  test.each(['gtsrb', 'gtsrb/GTSRB'])('gives the training images of %s as torchvision does', async (name) => {
    const source = await openPath(gtsrbReader, join(fixtureFolder, name));
    expect(source.classes).toEqual(['0', '1', '2']);
    expect(await imagesOf(source, 'train')).toEqual(golden.train);
    expect(source.refused).toEqual([]);
    await source.close();
  });

  test('gives the test images as torchvision does', async () => {
    const source = await openPath(gtsrbReader, join(fixtureFolder, 'gtsrb'));
    expect(source.assignment).toEqual({ train: ['train'], val: [], test: ['test'] });
    expect(await imagesOf(source, 'test')).toEqual(golden.test);
  });

  test.each(['GTSRB/', 'GTSRB/Final_Test/', 'GTSRB/Final_Test/Images/'])(
    'finds the list of test images in %s',
    async (folder) => {
      const copy = copyFixture('gtsrb');
      renameSync(join(copy, 'GT-final_test.csv'), join(copy, `${folder}GT-final_test.csv`));
      expect(await imagesOf(await openPath(gtsrbReader, copy), 'test')).toEqual(golden.test);
    },
  );

  test('reads the layout that the authors publish', async () => {
    const copy = copyFixture('gtsrb/GTSRB');
    renameSync(join(copy, 'Training'), join(copy, 'Images'));
    writeTree(['Final_Training/keep'], copy);
    renameSync(join(copy, 'Images'), join(copy, 'Final_Training/Images'));
    const listing = await listSource(copy);
    expect(gtsrbReader.recognize(listing)).toBe('it has Final_Training/Images with numbered class folders');
    const images = await imagesOf(await gtsrbReader.open(listing), 'train');
    expect(images).toEqual(
      golden.train.map((image) => ({
        ...image,
        name: image.name.replace('Training', 'Final_Training/Images'),
      })),
    );
  });

  test('is recognized up to two folders down', async () => {
    const recognize = async (...names: string[]) => gtsrbReader.recognize(await listSource(writeTree(names)));
    expect(await recognize('a/b/Training/00000/x.ppm')).toContain('a/b/Training');
    expect(await recognize('a/b/c/Training/00000/x.ppm')).toBeNull();
    expect(await recognize('Training/stop/x.ppm')).toBeNull();
    expect(await recognize('Training/00000/GT-00000.csv')).toBeNull();
    const file = join(writeTree(['Training/00000/x.ppm']), 'Training/00000/x.ppm');
    expect(gtsrbReader.recognize(await listSource(file))).toBeNull();
  });

  test('takes the number of the folder for the label where others are missing', async () => {
    const source = await openTree({ 'Training/00001/a.ppm': '', 'Training/00004/b.ppm': '' });
    expect(source.classes).toEqual(['0', '1', '2', '3', '4']);
    expect(await linesOf(source, 'train')).toEqual(['Training/00001/a.ppm: 1', 'Training/00004/b.ppm: 4']);
    expect(source.notes).toContain('3 class(es) have no training folder, first 0.');
    expect(source.notes).toContain('There are no test images.');
    expect(source.assignment.test).toEqual([]);
  });

  test('leaves out what the list of a class contradicts', async () => {
    const list = [head, 'a.ppm;5;0', 'b.ppm;5;1', 'gone.ppm;5;0', 'c.ppm;5;x', ''].join('\n');
    const source = await openTree({
      ...small,
      'Training/00000/b.ppm': '',
      'Training/00000/c.ppm': '',
      'Training/00000/unlisted.ppm': '',
      'Training/00000/GT-00000.csv': list,
    });
    expect(await linesOf(source, 'train')).toEqual([
      'Training/00000/a.ppm: 0',
      'Training/00000/b.ppm refused: its class in GT-00000.csv is "1"',
      'Training/00000/c.ppm refused: its class in GT-00000.csv is "x"',
      'Training/00000/unlisted.ppm: 0',
      'Training/00000/gone.ppm refused: it is listed in GT-00000.csv but not there',
      'Training/00001/a.ppm: 1',
    ]);
  });

  test('leaves out test images without a file, a class, or a line', async () => {
    const rows = ['1.ppm;5;1', '2.ppm;5;1', '1.ppm;5;0', '../../Training/00000/a.ppm;5;0', '3.ppm;5;7'];
    const list = [head, ...rows].join('\r\n');
    const source = await openTree({ ...small, 'Final_Test/Images/3.ppm': '', 'GT-final_test.csv': list });
    expect(await linesOf(source, 'test')).toEqual([
      'Final_Test/Images/1.ppm: 1',
      'Final_Test/Images/2.ppm refused: it is listed in GT-final_test.csv but not there',
      'Final_Test/Images/1.ppm refused: it is listed twice in GT-final_test.csv',
      'Final_Test/Images/../../Training/00000/a.ppm refused: it is listed in GT-final_test.csv but not there',
      'Final_Test/Images/3.ppm refused: its class "7" has no training folder',
    ]);
    expect(source.refused).toEqual([
      { file: 'Final_Test/Images/0.ppm', reason: 'it is not listed in GT-final_test.csv' },
    ]);
  });

  test('has no test part without the list, and says so', async () => {
    const source = await openTree(small);
    expect([...source.parts.keys()]).toEqual(['train']);
    expect(source.notes).toContainEqual(expect.stringContaining('GT-final_test.csv'));
  });

  test('names entries that do not belong to the format', async () => {
    const source = await openTree({ ...small, 'Training/readme.txt': '', 'Training/00000/notes.txt': '' });
    expect(source.refused).toEqual([
      {
        file: 'Training/00000/notes.txt',
        reason: expect.stringContaining('its extension is not') as unknown,
      },
      { file: 'Training/readme.txt', reason: 'it is not inside a numbered class folder' },
    ]);
  });

  test('says what is wrong with the layout', async () => {
    await expect(openTree({ 'a.txt': '' })).rejects.toThrow(layoutErrorAt(''));
    await expect(openTree({ 'Training/00000/a.ppm': '' })).rejects.toThrow(layoutErrorAt('Training'));
    await expect(openTree({ ...small, 'Final_Training/Images/00000/a.ppm': '' })).rejects.toThrow(
      'both "Final_Training/Images" and "Training" are there',
    );
    const training = { 'Training/00000/a.ppm': '', 'Training/00001/a.ppm': '' };
    await expect(openTree({ ...training, 'GT-final_test.csv': head })).rejects.toThrow(
      layoutErrorAt('Final_Test/Images'),
    );
  });

  test.each([
    ['it has no column "Filename"', ''],
    ['it has no column "ClassId"', 'Filename;Width\n0.ppm;5'],
    ['line 3 has 2 values for 3 columns', `${head}\n0.ppm;5;1\n1.ppm;5`],
  ])('refuses a list of which it says: %s', async (problem, list) => {
    const error = formatErrorAt('GT-final_test.csv', problem);
    await expect(openTree({ ...small, 'GT-final_test.csv': list })).rejects.toThrow(error);
  });

  test('costs only the image when a file is gone', async () => {
    const copy = copyFixture('gtsrb');
    const source = await openPath(gtsrbReader, copy);
    rmSync(join(copy, 'GTSRB', golden.train[0].name));
    const [gone, next] = await entriesOf(source, 'train');
    await expect('read' in gone && gone.read()).rejects.toThrow('ENOENT');
    await expect('read' in next && next.read()).resolves.toBeInstanceOf(Uint8Array);
  });

  test('says so when a listed list is gone', async () => {
    const copy = copyFixture('gtsrb');
    const listing = await listSource(copy);
    rmSync(join(copy, 'GT-final_test.csv'));
    await expect(gtsrbReader.open(listing)).rejects.toMatchObject({ code: 'source_missing' });
  });

  test('refuses a list that is far too long', async () => {
    const copy = copyFixture('gtsrb');
    const path = join(copy, 'GT-final_test.csv');
    truncateSync(path, 2 ** 26 + 1);
    await expect(openPath(gtsrbReader, copy)).rejects.toThrow(formatErrorAt('GT-final_test.csv', 'too long'));
  });

  test('keeps its footing on damaged files', async () => {
    expect((await fuzzReader(gtsrbReader, 'gtsrb', /\.csv$/)).faults).toEqual([]);
  });
});
