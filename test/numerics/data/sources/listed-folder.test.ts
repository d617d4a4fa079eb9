import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DatasetReader } from '#numerics/data/sources/dataset-source';
import { dtdReader } from '#numerics/data/sources/dtd';
import { listSource } from '#numerics/data/sources/list-source';
import { resisc45Reader } from '#numerics/data/sources/resisc45';
import { sun397Reader } from '#numerics/data/sources/sun397';
import { fuzz } from '#test/support/fuzz';
import {
  anyBytes,
  entriesOf,
  formatErrorAt,
  layoutErrorAt,
  linesOf,
  openPath,
  readToEnd,
  writeTree,
} from './source-fixture';

type Files = Record<string, string | Uint8Array>;

const dtd: Files = {
  'labels/train1.txt': 'dotted/dotted_2.jpg\nbanded/banded_1.jpg\n',
  'labels/val1.txt': 'banded/banded_3.jpg\r\n\r\n',
  'labels/test1.txt': 'banded/banded_4.jpg\ndotted/dotted_5.jpg',
  'images/banded/banded_1.jpg': anyBytes,
  'images/banded/banded_3.jpg': anyBytes,
  'images/banded/banded_4.jpg': anyBytes,
  'images/dotted/dotted_2.jpg': anyBytes,
  'images/dotted/dotted_5.jpg': anyBytes,
};

const resisc45: Files = {
  'resisc45-train.txt': 'baseball_diamond_001.jpg\nairplane_001.jpg\n',
  'resisc45-val.txt': 'airplane_002.jpg\n',
  'resisc45-test.txt': 'baseball_diamond_003.jpg\n',
  'NWPU-RESISC45/airplane/airplane_001.jpg': anyBytes,
  'NWPU-RESISC45/airplane/airplane_002.jpg': anyBytes,
  'NWPU-RESISC45/baseball_diamond/baseball_diamond_001.jpg': anyBytes,
  'NWPU-RESISC45/baseball_diamond/baseball_diamond_003.jpg': anyBytes,
};

const sunImages: Files = {
  'SUN397/a/abbey/sun_1.jpg': anyBytes,
  'SUN397/a/abbey/sun_2.jpg': anyBytes,
  'SUN397/a/apartment_building/outdoor/sun_3.jpg': anyBytes,
  'SUN397/a/apartment_building/outdoor/sun_4.jpg': anyBytes,
};
const sunTrain = '/a/abbey/sun_1.jpg\n/a/apartment_building/outdoor/sun_3.jpg\n';
const sunTest = '/a/apartment_building/outdoor/sun_4.jpg\n/a/abbey/sun_2.jpg\n';
const sun397: Files = { ...sunImages, 'Training_01.txt': sunTrain, 'Testing_01.txt': sunTest };

function inside(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [folder + name, content]));
}

describe('reading the Describable Textures Dataset', () => {
  test('takes the first partition and trains on its validation images too', async () => {
    const source = await openPath(dtdReader, writeTree(dtd));
    expect(source.classes).toEqual(['banded', 'dotted']);
    expect(await linesOf(source, 'train')).toEqual([
      'images/dotted/dotted_2.jpg: dotted',
      'images/banded/banded_1.jpg: banded',
    ]);
    expect(await linesOf(source, 'val')).toEqual(['images/banded/banded_3.jpg: banded']);
    expect(await linesOf(source, 'test')).toEqual([
      'images/banded/banded_4.jpg: banded',
      'images/dotted/dotted_5.jpg: dotted',
    ]);
    expect(source.assignment).toEqual({ train: ['train', 'val'], val: [], test: ['test'] });
    expect([source.refused, source.notes]).toEqual([[], []]);
    await source.close();
  });

  test('is recognized in the folder or in one inside it', async () => {
    const recognize = async (files: Files) => dtdReader.recognize(await listSource(writeTree(files)));
    expect(await recognize(dtd)).toBe('it has images/ and labels/train1.txt');
    expect(await recognize(inside('dtd/', dtd))).toBe('it has dtd/images/ and dtd/labels/train1.txt');
    expect(await recognize({ 'labels/train1.txt': 'a/b.jpg' })).toBeNull();
    expect(await recognize({ 'images/banded/banded_1.jpg': anyBytes })).toBeNull();
    const file = join(writeTree({ 'train1.txt': '' }), 'train1.txt');
    expect(dtdReader.recognize(await listSource(file))).toBeNull();
  });

  test('reads the bytes of an image in a folder inside the given one', async () => {
    const folder = writeTree(inside('some/dtd/', { ...dtd, 'images/dotted/dotted_2.jpg': 'bytes' }));
    const [image] = await entriesOf(await openPath(dtdReader, folder), 'train');
    expect(Buffer.from(await ('read' in image ? image.read() : [])).toString()).toBe('bytes');
  });

  test('refuses what is listed but not there, listed twice, or no path', async () => {
    const files = {
      ...dtd,
      'labels/train1.txt':
        'banded/banded_1.jpg\ndotted/gone.jpg\ndotted/dotted_2.jpg\nnonsense\n../../x/y.jpg\n',
      'labels/test1.txt': 'banded/banded_1.jpg\nbanded/banded_4.jpg\n',
    };
    const source = await openPath(dtdReader, writeTree(files));
    expect(await linesOf(source, 'train')).toEqual([
      'images/banded/banded_1.jpg: banded',
      'images/dotted/gone.jpg refused: it is listed but not there',
      'images/dotted/dotted_2.jpg: dotted',
      'nonsense refused: it is listed but not there',
      '../../x/y.jpg refused: it is listed but not there',
    ]);
    expect(await linesOf(source, 'test')).toEqual([
      'images/banded/banded_1.jpg refused: it is listed more than once',
      'images/banded/banded_4.jpg: banded',
    ]);
    expect(source.notes).toEqual(['1 image(s) are in none of the lists and were left out.']);
  });

  test('names the list that is missing or names nothing that is there', async () => {
    const rest = Object.fromEntries(Object.entries(dtd).filter(([name]) => name !== 'labels/test1.txt'));
    await expect(openPath(dtdReader, writeTree(rest))).rejects.toEqual(layoutErrorAt('labels/test1.txt'));
    const empty = writeTree({ ...dtd, 'labels/val1.txt': '\n' });
    await expect(openPath(dtdReader, empty)).rejects.toEqual(layoutErrorAt('labels/val1.txt'));
    const nothing = writeTree(['images/banded/banded_1.jpg']);
    await expect(openPath(dtdReader, nothing)).rejects.toEqual(layoutErrorAt('labels/train1.txt'));
  });

  test('rejects one class, or a class that training lacks', async () => {
    const one = { ...dtd, 'labels/train1.txt': 'banded/banded_1.jpg\n' };
    await expect(openPath(dtdReader, writeTree(one))).rejects.toEqual(layoutErrorAt('labels/train1.txt'));
    const other = { ...dtd, 'images/lined/l_1.jpg': anyBytes, 'labels/test1.txt': 'lined/l_1.jpg\n' };
    await expect(openPath(dtdReader, writeTree(other))).rejects.toEqual(layoutErrorAt('labels/test1.txt'));
  });

  test('rejects lists that are not text or far too long', async () => {
    const binary = writeTree({ ...dtd, 'labels/val1.txt': Uint8Array.of(0xff, 0xfe, 0xff) });
    await expect(openPath(dtdReader, binary)).rejects.toEqual(formatErrorAt('val1.txt', 'not UTF-8'));
    const long = writeTree(dtd);
    truncateSync(join(long, 'labels/val1.txt'), 2 ** 27);
    await expect(openPath(dtdReader, long)).rejects.toEqual(formatErrorAt('val1.txt', 'too long'));
  });

  test('says which list is gone when it is read', async () => {
    const listing = await listSource(writeTree(dtd));
    const opening = dtdReader.open({ ...listing, path: join(listing.path, 'absent') });
    await expect(opening).rejects.toMatchObject({ code: 'source_missing' });
  });
});

describe('reading RESISC45', () => {
  test('takes classes from the names and leaves the validation list unused', async () => {
    const source = await openPath(resisc45Reader, writeTree(inside('resisc45/', resisc45)));
    expect(source.classes).toEqual(['airplane', 'baseball_diamond']);
    expect(await linesOf(source, 'train')).toEqual([
      'NWPU-RESISC45/baseball_diamond/baseball_diamond_001.jpg: baseball_diamond',
      'NWPU-RESISC45/airplane/airplane_001.jpg: airplane',
    ]);
    expect(source.parts.get('val')?.count).toBe(1);
    expect(source.assignment).toEqual({ train: ['train'], val: [], test: ['test'] });
    expect(source.notes).toEqual([]);
    // The lists decide what is in a split; torchvision's ImageFolder decides the order.
    expect(source.isSortedByClass).toBe(true);
  });

  test('does not need the list that makes no split', async () => {
    const files = { ...resisc45 };
    delete files['resisc45-val.txt'];
    const source = await openPath(resisc45Reader, writeTree(files));
    expect([...source.parts.keys()]).toEqual(['train', 'test']);
    expect(source.notes[0]).toBe('There is no part val: the list "resisc45-val.txt" is missing.');
  });

  test('refuses a line without a class', async () => {
    const files = { ...resisc45, 'resisc45-test.txt': 'airplane.jpg\nbaseball_diamond_003.jpg\n' };
    expect(await linesOf(await openPath(resisc45Reader, writeTree(files)), 'test')).toEqual([
      'airplane.jpg refused: it is listed but not there',
      'NWPU-RESISC45/baseball_diamond/baseball_diamond_003.jpg: baseball_diamond',
    ]);
  });

  test('is recognized by its folder and training list together', async () => {
    const recognize = async (files: Files) => resisc45Reader.recognize(await listSource(writeTree(files)));
    expect(await recognize(resisc45)).toBe('it has NWPU-RESISC45/ and resisc45-train.txt');
    expect(await recognize({ 'resisc45-train.txt': '' })).toBeNull();
    expect(await recognize({ 'NWPU-RESISC45/airplane/airplane_001.jpg': anyBytes })).toBeNull();
    await expect(openPath(resisc45Reader, writeTree(['a']))).rejects.toEqual(
      layoutErrorAt('resisc45-train.txt'),
    );
  });
});

describe('reading SUN397', () => {
  const layouts: Record<string, Files> = {
    'beside the images': sun397,
    'among the images': {
      ...sunImages,
      'SUN397/Training_01.txt': sunTrain,
      'SUN397/Testing_01.txt': sunTest,
    },
    'in a folder of their own': inside('data/', {
      ...sunImages,
      'Partitions/Training_01.txt': sunTrain,
      'Partitions/Testing_01.txt': sunTest,
    }),
  };

  test.for(Object.entries(layouts))('joins the names of folders, with lists %s', async ([, files]) => {
    const folder = writeTree(files);
    expect(sun397Reader.recognize(await listSource(folder))).toMatch(
      /^it has .*SUN397\/ and .*Training_01\.txt$/,
    );
    const source = await openPath(sun397Reader, folder);
    expect(source.classes).toEqual(['a_abbey', 'a_apartment_building_outdoor']);
    expect(await linesOf(source, 'train')).toEqual([
      'SUN397/a/abbey/sun_1.jpg: a_abbey',
      'SUN397/a/apartment_building/outdoor/sun_3.jpg: a_apartment_building_outdoor',
    ]);
    expect(await linesOf(source, 'test')).toHaveLength(2);
    expect(source.assignment).toEqual({ train: ['train'], val: [], test: ['test'] });
    expect(source.notes).toEqual([]);
  });

  test('is not recognized without lists or without images', async () => {
    const recognize = async (files: Files) => sun397Reader.recognize(await listSource(writeTree(files)));
    expect(await recognize(sunImages)).toBeNull();
    expect(await recognize({ 'Training_01.txt': sunTrain, 'Testing_01.txt': sunTest })).toBeNull();
    await expect(openPath(sun397Reader, writeTree(sunImages))).rejects.toEqual(
      layoutErrorAt('Training_01.txt'),
    );
  });

  test('refuses a line without a class', async () => {
    const files = { ...sun397, 'Training_01.txt': `${sunTrain}/sun_9.jpg\n` };
    expect((await linesOf(await openPath(sun397Reader, writeTree(files)), 'train'))[2]).toBe(
      '/sun_9.jpg refused: it is listed but not there',
    );
  });
});

describe('damaged lists', () => {
  const formats: [string, DatasetReader, Files, string][] = [
    ['DTD', dtdReader, dtd, 'labels/train1.txt'],
    ['RESISC45', resisc45Reader, resisc45, 'resisc45-test.txt'],
    ['SUN397', sun397Reader, sun397, 'Training_01.txt'],
  ];

  test.for(formats)('of %s never end the program', async ([, reader, files, list]) => {
    const listing = await listSource(writeTree(files));
    const result = await fuzz({
      originals: [Buffer.from(files[list])],
      read: (bytes) => {
        writeFileSync(join(listing.path, list), bytes);
        return readToEnd(reader, listing);
      },
      allowed: ['dataset_layout', 'dataset_format'],
    });
    expect(result.faults).toEqual([]);
    expect(result.refused).toBeGreaterThan(0);
  });
});
