import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { cifar100Reader, cifar10Reader } from '#numerics/data/sources/cifar';
import { listSource } from '#numerics/data/sources/list-source';
import { copyFixture, fuzzReader, imagesOf, readGolden, type GoldenImage } from './reader-golden';
import {
  entriesOf,
  fixtureFolder,
  formatErrorAt,
  layoutErrorAt,
  openPath,
  writeTree,
} from './source-fixture';

type Golden = Record<'cifar-10' | 'cifar-100', Record<'train' | 'test', GoldenImage[]>>;
const golden = readGolden('cifar.json') as Golden;

const readers = [
  { format: 'cifar-10', reader: cifar10Reader, folder: 'cifar-10-batches-bin', first: 'data_batch_1.bin' },
  { format: 'cifar-100', reader: cifar100Reader, folder: 'cifar-100-binary', first: 'train.bin' },
] as const;

/** The archive that the authors publish, of a fixture. */
async function tarOf(folder: string, extra: Readonly<Record<string, Uint8Array>> = {}): Promise<Buffer> {
  const archive = pack();
  const { files } = await listSource(join(fixtureFolder, folder));
  const contents = files.map((name) => [name, readFileSync(join(fixtureFolder, folder, name))] as const);
  for (const [name, content] of [...contents, ...Object.entries(extra)]) {
    archive.entry({ name: `${folder}/${name}` }, Buffer.from(content));
  }
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece as Buffer);
  return gzipSync(Buffer.concat(pieces));
}

describe.each(readers)('reading $format', ({ format, reader, folder, first }) => {
  test('gives the images of all batches with their labels and names of classes', async () => {
    const source = await openPath(reader, join(fixtureFolder, folder));
    expect(source.format).toBe(format);
    expect(source.classes).toHaveLength(format === 'cifar-10' ? 10 : 100);
    expect(source.classes[1]).toBe(format === 'cifar-10' ? 'automobile' : 'fine_1');
    expect(source.assignment).toEqual({ train: ['train'], val: [], test: ['test'] });
    expect(source.notes).toEqual([]);
    expect(await imagesOf(source, 'train')).toEqual(golden[format].train);
    expect(await imagesOf(source, 'test')).toEqual(golden[format].test);
    await source.close();
    await expect(imagesOf(source, 'train')).rejects.toThrow();
  });

  test('finds the files in a folder inside the given one', async () => {
    const listing = await listSource(fixtureFolder);
    expect(reader.recognize(listing)).toBe(`it has ${folder}/${first}`);
    const source = await reader.open(listing);
    expect(await imagesOf(source, 'test')).toEqual(golden[format].test);
    await source.close();
  });

  test('reads the archive that the authors publish', async () => {
    const name = `${format}-binary.tar.gz`;
    const parent = writeTree({ [name]: await tarOf(folder) });
    for (const path of [parent, join(parent, name)]) {
      const listing = await listSource(path);
      expect(reader.recognize(listing)).toBe(`it has ${name}`);
      const source = await reader.open(listing);
      expect(source.classes[1]).toBe(format === 'cifar-10' ? 'automobile' : 'fine_1');
      expect(await imagesOf(source, 'train')).toEqual(golden[format].train);
      await source.close();
    }
  });

  test('refuses an archive that is damaged or has a file twice', async () => {
    const name = `${format}-binary.tar.gz`;
    const cut = writeTree({ [name]: (await tarOf(folder)).subarray(0, 5000) });
    await expect(openPath(reader, cut)).rejects.toThrow(formatErrorAt(name, 'damaged or cut short'));
    const twice = writeTree({ [name]: await tarOf(folder, { [`copy/${first}`]: new Uint8Array(1) }) });
    await expect(openPath(reader, twice)).rejects.toThrow(formatErrorAt(name, `two files named "${first}"`));
  });

  test('calls classes by numbers when there is no list of names', async () => {
    const copy = copyFixture(folder);
    rmSync(join(copy, format === 'cifar-10' ? 'batches.meta.txt' : 'fine_label_names.txt'));
    const source = await openPath(reader, copy);
    expect(source.classes.slice(0, 3)).toEqual(['0', '1', '2']);
    expect(source.notes).toEqual([expect.stringContaining('called by their numbers')]);
    await source.close();
  });

  test('leaves out an image whose label has no class', async () => {
    const copy = copyFixture(folder);
    const bytes = readFileSync(join(copy, first));
    bytes[format === 'cifar-10' ? 0 : 1] = 100;
    writeTree({ [first]: bytes }, copy);
    const source = await openPath(reader, copy);
    const entries = await entriesOf(source, 'train');
    expect(entries[0]).toEqual({ file: 'train/0', reason: 'its label 100 has no class' });
    expect(entries.slice(1)).toEqual(
      golden[format].train
        .slice(1)
        .map(({ name, label }) => expect.objectContaining({ name, label }) as unknown),
    );
    await source.close();
  });

  test('refuses damaged files', async () => {
    const copy = copyFixture(folder);
    const whole = readFileSync(join(copy, first));
    writeTree({ [first]: whole.subarray(1) }, copy);
    await expect(openPath(reader, copy)).rejects.toThrow(
      formatErrorAt(first, 'not a whole number of images'),
    );
    writeTree({ [first]: '' }, copy);
    await expect(openPath(reader, copy)).rejects.toThrow(formatErrorAt(first, 'it is empty'));
  });

  test.each([
    ['it has 2 names of classes, not', 'a\nb\n'],
    ['two of its classes have the same name', 'a\n'.repeat(format === 'cifar-10' ? 10 : 100)],
    ['too long for a list', 'a\n'.repeat(40_000)],
  ])('refuses a list of names of which it says: %s', async (problem, content) => {
    const copy = copyFixture(folder);
    const list = format === 'cifar-10' ? 'batches.meta.txt' : 'fine_label_names.txt';
    writeTree({ [list]: content }, copy);
    await expect(openPath(reader, copy)).rejects.toThrow(formatErrorAt(list, problem));
  });

  test('says which file is missing', async () => {
    await expect(openPath(reader, writeTree(['a.txt']))).rejects.toThrow(layoutErrorAt(first));
    const copy = copyFixture(folder);
    const last = format === 'cifar-10' ? 'data_batch_5.bin' : 'test.bin';
    rmSync(join(copy, last));
    await expect(openPath(reader, copy)).rejects.toThrow(layoutErrorAt(last));
    const name = `${format}-binary.tar.gz`;
    const tar = pack();
    tar.finalize();
    const pieces: Buffer[] = [];
    for await (const piece of tar) pieces.push(piece as Buffer);
    const empty = writeTree({ [name]: gzipSync(Buffer.concat(pieces)) });
    await expect(openPath(reader, empty)).rejects.toThrow(layoutErrorAt(first));
  });

  test('says of the version for Python which one to get instead', async () => {
    const names = format === 'cifar-10' ? ['cifar-10-batches-py/data_batch_1'] : ['cifar-100-python/train'];
    for (const name of [...names, `${format}-python.tar.gz`]) {
      const listing = { path: '/data', isFolder: true, files: [name] };
      expect(reader.recognize(listing)).toBe(`it has ${name}`);
      await expect(reader.open(listing)).rejects.toMatchObject({
        code: 'dataset_layout',
        message: expect.stringContaining(`${format}-binary.tar.gz`) as unknown,
      });
    }
  });

  test('is not recognized where files are missing', async () => {
    expect(reader.recognize(await listSource(writeTree([first, 'other.bin'])))).toBeNull();
    expect(reader.recognize(await listSource(writeTree(['a/other.tar.gz'])))).toBeNull();
  });

  test('keeps its footing on damaged files', async () => {
    expect((await fuzzReader(reader, folder)).faults).toEqual([]);
  });
});
