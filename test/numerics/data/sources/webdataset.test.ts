import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { listSource } from '#numerics/data/sources/list-source';
import { readTarSamples } from '#numerics/data/sources/tar-samples';
import { webdatasetReader } from '#numerics/data/sources/webdataset';
import { fuzz } from '#test/support/fuzz';
import {
  entriesOf,
  fixtureFolder,
  formatErrorAt,
  layoutErrorAt,
  linesOf,
  openPath,
  readToEnd,
  writeTree,
} from './source-fixture';

/** An archive of files given as names and contents, in their order. */
async function tar(...files: readonly (readonly [name: string, content: string])[]): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of files) archive.entry({ name }, content);
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Python fills its archives up with zeros, in which damage goes unnoticed. */
function withoutPadding(archive: Buffer): Buffer {
  const end = archive.findLastIndex((byte) => byte !== 0) + 1;
  return end === archive.length ? archive : archive.subarray(0, Math.ceil(end / 512) * 512 + 1024);
}

const trainShard = () =>
  tar(['s0.jpg', 'image 0'], ['s0.cls', '1\n'], ['s1.cls', '0'], ['s1.png', 'image 1']);
const testShard = () => tar(['s0.jpg', 'image 2'], ['s0.cls', '1']);

async function contentsOf(path: string, part: string): Promise<string[]> {
  const entries = await entriesOf(await openPath(webdatasetReader, path), part);
  const images = entries.filter((entry) => 'read' in entry);
  return Promise.all(images.map(async ({ read }) => Buffer.from(await read()).toString('latin1')));
}

describe('reading WebDataset shards', () => {
  test('joins files into samples and shards into parts', async () => {
    const folder = writeTree({
      'train-000000.tar': await trainShard(),
      'train-000001.tar.gz': gzipSync(await trainShard()),
      'test-000000.tgz': gzipSync(await testShard()),
    });
    const source = await openPath(webdatasetReader, folder);
    expect(source.classes).toEqual(['0', '1']);
    expect(await linesOf(source, 'train')).toEqual([
      'train-000000.tar/s0.jpg: 1',
      'train-000000.tar/s1.png: 0',
      'train-000001.tar.gz/s0.jpg: 1',
      'train-000001.tar.gz/s1.png: 0',
    ]);
    expect(await linesOf(source, 'test')).toEqual(['test-000000.tgz/s0.jpg: 1']);
    expect(source.assignment).toEqual({ train: ['train'], val: [], test: ['test'] });
    expect(source.notes).toEqual([
      'The classes have no names in the files; they are called by their numbers.',
    ]);
    expect(await contentsOf(folder, 'train')).toEqual(['image 0', 'image 1', 'image 0', 'image 1']);
    await source.close();
  });

  test('takes the parts from folders and the names of classes from beside the shards', async () => {
    const folder = writeTree({
      'classnames.txt': 'cat\r\ndog\r\n',
      'train/0.tar': await trainShard(),
      'test/0.tar': await testShard(),
    });
    const source = await openPath(webdatasetReader, folder);
    expect(await linesOf(source, 'train')).toEqual(['train/0.tar/s0.jpg: dog', 'train/0.tar/s1.png: cat']);
    expect(source.parts.get('test')?.count).toBe(1);
    expect(source.notes).toEqual([]);
  });

  test('reads a single archive as training images', async () => {
    const folder = writeTree({ '00000.tar': await trainShard() });
    const source = await openPath(webdatasetReader, join(folder, '00000.tar'));
    expect(await linesOf(source, 'train')).toEqual(['00000.tar/s0.jpg: 1', '00000.tar/s1.png: 0']);
    expect(source.notes[0]).toMatch(/names of the files do not say which split/);
  });

  test.for(['webdataset-gnu.tar', 'webdataset-pax.tar', 'webdataset-gnu.tar.gz'])(
    'reads %s, which Python wrote',
    async (name) => {
      const path = join(fixtureFolder, name);
      const lines = await linesOf(await openPath(webdatasetReader, path), 'train');
      const long = `${'a folder with a name that is very long indeed/'.repeat(3)}and ünïcode/`;
      expect(lines).toEqual([
        `${name}/samples/0000.ppm: 0`,
        `${name}/samples/0001.ppm: 1`,
        `${name}/samples/${long}0002.ppm: 0`,
        `${name}/samples/0003.ppm: 1`,
      ]);
      expect(await contentsOf(path, 'train')).toEqual(
        [0, 10, 20, 30].map((value) => `P6 2 1 255\n${String.fromCharCode(value).repeat(6)}`),
      );
    },
  );

  test('takes labels from the usual fields of a JSON file, numbers or names', async () => {
    const shard = await tar(
      ['a.json', '{"label":"dog","cls":7}'],
      ['a.jpg', ''],
      ['b.jpg', ''],
      ['b.json', '{"label":null,"cls":" cat "}'],
      ['c.jpg', ''],
      ['c.json', '{"class_id":"dog"}'],
      ['d.json', '{"label":"cat"}'],
      ['d.cls', 'dog'],
      ['d.jpg', ''],
      ['e.cls', 'dog'],
      ['e.json', '{"label":"cat"}'],
      ['e.jpg', ''],
    );
    const source = await openPath(webdatasetReader, writeTree({ 'train.tar': shard }));
    expect(source.classes).toEqual(['cat', 'dog']);
    expect((await linesOf(source, 'train')).map((line) => line.slice(10))).toEqual([
      'a.jpg: dog',
      'b.jpg: cat',
      'c.jpg: dog',
      'd.jpg: dog',
      'e.jpg: dog',
    ]);
  });

  test('refuses samples with a reason each', async () => {
    const shard = await tar(
      ['ok.jpg', ''],
      ['ok.cls', '0'],
      ['also.jpg', ''],
      ['also.cls', '1'],
      ['README', 'no sample'],
      ['.hidden.jpg', ''],
      ['no-label.jpg', ''],
      ['no-image.cls', '1'],
      ['two.jpg', ''],
      ['two.png', ''],
      ['two.cls', '1'],
      ['empty.jpg', ''],
      ['empty.cls', ' '],
      ['negative.jpg', ''],
      ['negative.cls', '-1'],
      ['large.jpg', ''],
      ['large.cls', '65536'],
      ['text.jpg', ''],
      ['text.cls', 'x'.repeat(100)],
      ['long.jpg', ''],
      ['long.cls', 'x'.repeat(300)],
      ['bad.jpg', ''],
      ['bad.json', '{'],
      ['list.jpg', ''],
      ['list.json', 'null'],
      ['none.jpg', ''],
      ['none.json', '{"label":1.5}'],
      ['huge.jpg', ''],
      ['huge.json', ' '.repeat(1_000_001)],
      ['ok.json', '{"label":1}'],
    );
    const source = await openPath(webdatasetReader, writeTree({ 'train.tar': shard }));
    const lines = await linesOf(source, 'train');
    expect(lines.map((line) => line.replace('train.tar/', ''))).toEqual([
      'ok.jpg: 0',
      'also.jpg: 1',
      'README refused: it has no image',
      'no-label.jpg refused: it has no label',
      'no-image refused: it has no image',
      'two.jpg refused: it has more than one image',
      'empty.jpg refused: its label is empty',
      'negative.jpg refused: its label -1 has no class',
      'large.jpg refused: its label 65536 has no class',
      `text.jpg refused: its label "${'x'.repeat(40)}…" is a name where others are numbers`,
      'long.jpg refused: its label is too long for the name of a class',
      'bad.jpg refused: its json file is damaged',
      'list.jpg refused: its json file has no label',
      'none.jpg refused: its json file has no label',
      'huge.jpg refused: its json file is larger than 1 MB',
      'ok refused: its files are not next to each other in the archive',
    ]);
  });

  test('takes captions for labels where no sample has a label', async () => {
    const train = await tar(
      ['a.jpg', ''],
      ['a.json', '{"width":8}'],
      ['a.txt', ' a dog,\n  "asleep" \n'],
      ['b.TXT', 'a cat'],
      ['b.jpg', ''],
      ['c.jpg', ''],
      ['c.txt', ' \n'],
      ['d.jpg', ''],
      ['d.tags.txt', 'dog'],
      ['e.jpg', ''],
      ['e.txt', 'x'.repeat(1_000_001)],
      ['f.jpg', ''],
      ['f.txt', 'x'.repeat(10_001)],
      ['g.txt', 'a cat'],
      ['h.jpg', ''],
      ['h.png', ''],
      ['h.txt', 'a cat'],
      ['a.txt', 'a cat'],
    );
    const test = await tar(['a.jpg', ''], ['a.txt', 'a cow']);
    const folder = writeTree({ 'train.tar': train, 'test.tar': test, 'classes.txt': 'a cat\na cow' });
    const source = await openPath(webdatasetReader, folder);
    expect(source.classes).toEqual(['a cat', 'a cow', 'a dog, "asleep"']);
    expect(source.hasCaptions).toBe(true);
    expect((await linesOf(source, 'train')).map((line) => line.replace('train.tar/', ''))).toEqual([
      'a.jpg: a dog, "asleep"',
      'b.jpg: a cat',
      'c.jpg refused: its caption is empty',
      'd.jpg refused: it has no caption',
      'e.jpg refused: its txt file is larger than 1 MB',
      'f.jpg refused: its caption has more than 10000 characters',
      'g refused: it has no image',
      'h.jpg refused: it has more than one image',
      'a refused: its files are not next to each other in the archive',
    ]);
    expect(await linesOf(source, 'test')).toEqual(['test.tar/a.jpg: a cow']);
    expect(source.notes).toEqual(['The captions are the classes: 3 distinct captions.']);
  });

  test('prefers labels to captions', async () => {
    const shard = await tar(
      ['a.jpg', ''],
      ['a.txt', 'a dog'],
      ['a.cls', 'dog'],
      ['b.jpg', ''],
      ['b.txt', 'a cat'],
      ['c.json', '{"label":"cat"}'],
      ['c.jpg', ''],
    );
    const source = await openPath(webdatasetReader, writeTree({ 'train.tar': shard }));
    expect([source.classes, source.hasCaptions]).toEqual([['cat', 'dog'], false]);
    expect(await linesOf(source, 'train')).toEqual([
      'train.tar/a.jpg: dog',
      'train.tar/b.jpg refused: it has no label',
      'train.tar/c.jpg: cat',
    ]);
  });

  test('refuses a label without a name where names are given', async () => {
    const shard = await tar(['a.jpg', ''], ['a.cls', '2'], ['b.jpg', ''], ['b.cls', '1']);
    const numbers = writeTree({ 'classes.txt': 'cat\ndog', 'train.tar': shard });
    expect(await linesOf(await openPath(webdatasetReader, numbers), 'train')).toEqual([
      'train.tar/a.jpg refused: its label 2 has no class',
      'train.tar/b.jpg: dog',
    ]);
    const texts = await tar(
      ['a.jpg', ''],
      ['a.cls', 'cow'],
      ['b.jpg', ''],
      ['b.cls', 'dog'],
      ['c.jpg', ''],
      ['c.cls', '0'],
    );
    const named = writeTree({ 'classes.txt': 'cat\ndog', 'train.tar': texts });
    expect(await linesOf(await openPath(webdatasetReader, named), 'train')).toEqual([
      'train.tar/a.jpg refused: its label "cow" has no class',
      'train.tar/b.jpg: dog',
      'train.tar/c.jpg refused: its label 0 is a number where others are names',
    ]);
  });

  test('is recognized by the names of archives', async () => {
    const recognize = async (...files: string[]) =>
      webdatasetReader.recognize(await listSource(writeTree(files)));
    expect(await recognize('train/0.TAR')).toBe('it has the archive train/0.TAR');
    expect(await recognize('a.tgz')).toBe('it has the archive a.tgz');
    expect(await recognize('a.zip', 'tar')).toBeNull();
  });

  test('rejects a source without archives, labels or a second class', async () => {
    await expect(openPath(webdatasetReader, writeTree(['a.txt']))).rejects.toThrow('there is no .tar');
    const plain = writeTree({ 'train.tar': await tar(['cat/1.jpg', ''], ['dog/1.jpg', '']) });
    await expect(openPath(webdatasetReader, plain)).rejects.toThrow('no image has a label');
    const single = writeTree({ 'train.tar': await tar(['1.jpg', ''], ['1.cls', 'a']) });
    await expect(openPath(webdatasetReader, single)).rejects.toEqual(layoutErrorAt(''));
    await expect(openPath(webdatasetReader, single)).rejects.toThrow('one label, "a"');
  });

  test('rejects a damaged list of class names', async () => {
    const open = async (names: string) =>
      openPath(webdatasetReader, writeTree({ 'classnames.txt': names, 'train.tar': await trainShard() }));
    await expect(open('a\n\nb')).rejects.toEqual(formatErrorAt('classnames.txt', 'line 2 is empty'));
    await expect(open('a\na')).rejects.toEqual(formatErrorAt('classnames.txt', 'more than once'));
    await expect(open('a'.repeat(4_000_001))).rejects.toEqual(formatErrorAt('classnames.txt', 'too long'));
    const listing = await listSource(writeTree({ 'train.tar': await trainShard() }));
    const opening = webdatasetReader.open({ ...listing, files: ['classnames.txt', 'train.tar'] });
    await expect(opening).rejects.toMatchObject({ code: 'source_missing' });
  });

  test('rejects archives that are cut short, damaged or gone', async () => {
    const whole = await trainShard();
    for (const end of [0, 100, 512, 600, 1024, whole.length - 1024]) {
      const folder = writeTree({ 'train.tar': whole.subarray(0, end) });
      await expect(openPath(webdatasetReader, folder)).rejects.toMatchObject({ code: 'dataset_format' });
    }
    const packed = gzipSync(whole);
    for (const end of [0, 5, packed.length - 1, packed.length - 12]) {
      const folder = writeTree({ 'train.tar.gz': packed.subarray(0, end) });
      await expect(openPath(webdatasetReader, folder)).rejects.toEqual(
        formatErrorAt('train.tar.gz', 'damaged or cut short'),
      );
    }
    const listing = await listSource(writeTree({ 'train.tar': whole, 'test.tgz': packed }));
    for (const name of ['absent.tar', 'absent.tgz']) {
      const opening = webdatasetReader.open({ ...listing, files: [name] });
      await expect(opening).rejects.toMatchObject({ code: 'source_missing' });
    }
  });

  test('refuses an image that is too large for memory', async () => {
    const path = join(writeTree({}), 'train.tar');
    const size = 200_000_001;
    const header = (await tar(['big.jpg', ''])).subarray(0, 512);
    header.write(size.toString(8).padStart(11, '0'), 124);
    header.write(' '.repeat(8), 148);
    header.write(
      header
        .reduce((sum, byte) => sum + byte)
        .toString(8)
        .padStart(6, '0'),
      148,
    );
    const rest = await tar(['big.cls', '0'], ['a.jpg', ''], ['a.cls', '1']);
    writeFileSync(path, header);
    truncateSync(path, 512 + Math.ceil(size / 512) * 512);
    writeFileSync(path, rest, { flag: 'a' });
    const labels: unknown[] = [];
    for await (const { image, label } of readTarSamples(path, 'labels')) labels.push([image, label]);
    expect(labels).toEqual([
      ['big.jpg', { reason: 'its image is larger than 200 MB' }],
      ['a.jpg', 1],
    ]);
  });

  test('notices an archive that changes between labels and images', async () => {
    const folder = writeTree({ 'train.tar': await trainShard() });
    const source = await openPath(webdatasetReader, folder);
    const one = await tar(['s0.jpg', ''], ['s0.cls', '1']);
    const noImage = await tar(['s0.cls', '1'], ['s1.cls', '1']);
    const three = await tar(['s0.jpg', ''], ['s1.jpg', ''], ['s2.jpg', '']);
    for (const shard of [one, noImage, three]) {
      writeTree({ 'train.tar': shard }, folder);
      await expect(entriesOf(source, 'train')).rejects.toEqual(formatErrorAt('train.tar', 'was changed'));
    }
  });

  test('lets a part be left before its end and read again', async () => {
    const folder = writeTree({ 'train.tar': await trainShard() });
    const { images } = (await openPath(webdatasetReader, folder)).parts.get('train')!;
    for (let i = 0; i < 3; i++) {
      for await (const entry of images()) {
        expect(entry).toMatchObject({ name: 'train.tar/s0.jpg' });
        break;
      }
    }
  });

  const fuzzed = [
    ['train.tar', ['webdataset-gnu.tar', 'webdataset-pax.tar']],
    ['train.tar.gz', ['webdataset-gnu.tar.gz']],
  ] as const;

  test.for(fuzzed)('ends in order whatever is wrong with %s', async ([name, fixtures]) => {
    const listing = await listSource(writeTree([name]));
    const result = await fuzz({
      originals: fixtures.map((fixture) => withoutPadding(readFileSync(join(fixtureFolder, fixture)))),
      read: (bytes) => {
        writeFileSync(join(listing.path, name), bytes);
        return readToEnd(webdatasetReader, listing);
      },
      allowed: ['dataset_format', 'dataset_layout'],
    });
    expect(result.faults).toEqual([]);
    expect(result.refused).toBeGreaterThan(0);
  });
});
