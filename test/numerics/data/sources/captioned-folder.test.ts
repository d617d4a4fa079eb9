import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { captionedFolderReader } from '#numerics/data/sources/captioned-folder';
import { listSource } from '#numerics/data/sources/list-source';
import { chooseReader } from '#numerics/data/sources/readers';
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

const jsonLines = (...lines: readonly unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

const flat: Files = {
  '1.png': 'image 1',
  '2.jpg': anyBytes,
  'deep/3.jpg': anyBytes,
  'metadata.jsonl': jsonLines(
    { file_name: '2.jpg', text: '  a red\tsquare,\n above ' },
    { text: 'a blue circle', file_name: './1.png', width: 8 },
    { file_name: 'deep/3.jpg', text: 'a blue circle' },
  ),
};

const divided: Files = {
  'train/1.png': anyBytes,
  'train/2.png': anyBytes,
  'train/metadata.csv': 'file_name,caption\n1.png,a dog\n2.png,a cat\n',
  'validation/1.png': anyBytes,
  'validation/metadata.jsonl': jsonLines({ file_name: '1.png', caption: 'a cow' }),
  'test/1.png': anyBytes,
  'test/metadata.csv': 'file_name,text\n1.png,a dog\n',
};

const open = (files: Files) => openPath(captionedFolderReader, writeTree(files));
const openCsv = (content: string | Uint8Array) =>
  open({ '1.png': anyBytes, '2.png': anyBytes, 'metadata.csv': content });
const openJson = (content: string) =>
  open({ '1.png': anyBytes, '2.png': anyBytes, 'metadata.jsonl': content });

describe('reading images with captions', () => {
  test('takes the captions beside the images for classes', async () => {
    const source = await open(flat);
    expect(source.classes).toEqual(['a blue circle', 'a red square, above']);
    expect(source.hasCaptions).toBe(true);
    expect(await linesOf(source, 'train')).toEqual([
      '2.jpg: a red square, above',
      '1.png: a blue circle',
      'deep/3.jpg: a blue circle',
    ]);
    expect(source.assignment).toEqual({ train: ['train'], val: [], test: [] });
    expect(source.isSortedByClass).toBe(false);
    expect(source.notes).toEqual(['The captions are the classes: 2 distinct captions.']);
    const [, second] = await entriesOf(source, 'train');
    expect(Buffer.from(await ('read' in second ? second.read() : [])).toString()).toBe('image 1');
    await source.close();
  });

  test('takes the parts from folders with metadata each', async () => {
    const source = await open(divided);
    expect(source.classes).toEqual(['a cat', 'a cow', 'a dog']);
    expect(await linesOf(source, 'train')).toEqual(['train/1.png: a dog', 'train/2.png: a cat']);
    expect(await linesOf(source, 'validation')).toEqual(['validation/1.png: a cow']);
    expect(await linesOf(source, 'test')).toEqual(['test/1.png: a dog']);
    expect(source.assignment).toEqual({ train: ['train'], val: ['validation'], test: ['test'] });
    expect(source.notes).toEqual(['The captions are the classes: 3 distinct captions.']);
  });

  test('takes the parts from the names in metadata that stand above them', async () => {
    const source = await open({
      'train/1.png': anyBytes,
      'test/1.png': anyBytes,
      'metadata.csv': 'file_name,text\ntest/1.png,a dog\ntrain/1.png,a cat\n',
    });
    expect(await linesOf(source, 'train')).toEqual(['train/1.png: a cat']);
    expect(await linesOf(source, 'test')).toEqual(['test/1.png: a dog']);
  });

  test('reads a folder inside the given one', async () => {
    const inside = Object.entries(divided).map(([name, content]) => [`birds/${name}`, content]);
    const files = { ...(Object.fromEntries(inside) as Files), 'README.md': '' };
    expect(captionedFolderReader.recognize(await listSource(writeTree(files)))).toBe(
      'it has images and birds/test/metadata.csv',
    );
    const [first] = await entriesOf(await open(files), 'train');
    expect(first).toMatchObject({ name: 'train/1.png' });
    expect('read' in first && (await first.read())).toHaveLength(1);
  });

  test('reads captions in CSV with commas, quotes and line ends', async () => {
    const source = await openCsv(
      '\uFEFFid, file_name ,text\r\n\r\n7,1.png,"a dog, ""Rex""\r\nby name"\r\n"8","2.png",5" of snow',
    );
    expect(await linesOf(source, 'train')).toEqual(['1.png: a dog, "Rex" by name', '2.png: 5" of snow']);
  });

  test('refuses images with a reason each', async () => {
    const files = Object.fromEntries(['1', '2', '3', '4', '5', '6'].map((name) => [`${name}.png`, anyBytes]));
    const source = await open({
      ...files,
      'extra.jpg': anyBytes,
      'metadata.jsonl': jsonLines(
        { file_name: '1.png', text: 'one' },
        { file_name: '2.png', text: 'two' },
        { file_name: '1.png', text: 'another' },
        { file_name: '3.png', text: ' \n' },
        { file_name: '4.png' },
        { file_name: '5.png', text: ['a', 'b'] },
        { file_name: '6.png', text: 'x'.repeat(10_001) },
        { file_name: 'gone.png', text: 'gone' },
        { file_name: '../1.png', text: 'outside' },
      ),
    });
    expect(source.classes).toEqual(['one', 'two']);
    expect((await linesOf(source, 'train')).slice(2)).toEqual([
      '1.png refused: it is listed more than once',
      '3.png refused: its caption is empty',
      '4.png refused: it has no caption',
      '5.png refused: its caption is not text',
      '6.png refused: its caption has more than 10000 characters',
      'gone.png refused: it is listed but not there',
      '../1.png refused: it is listed but not there',
    ]);
    expect(source.notes[0]).toBe('1 image(s) are in no metadata and were left out.');
  });

  test('says which of two columns has the captions', async () => {
    const source = await openCsv('file_name,caption,text\n1.png,a,one\n2.png,b,two\n');
    expect(source.classes).toEqual(['one', 'two']);
    expect(source.notes[0]).toBe(
      'In "metadata.csv": The captions are those of the column "text"; there is also "caption".',
    );
  });

  test('is recognized by metadata beside images, but not above class folders', async () => {
    const formatOf = async (...files: string[]) =>
      chooseReader(await listSource(writeTree(files)), null).reader.format;
    expect(await formatOf('1.png', 'metadata.csv')).toBe('captioned-folder');
    expect(await formatOf('train/1.png', 'train/metadata.jsonl')).toBe('captioned-folder');
    expect(await formatOf('train/00/1.png', 'train/metadata.jsonl')).toBe('captioned-folder');
    expect(await formatOf('train/cat/1.png', 'metadata.csv')).toBe('image-folder');
    expect(await formatOf('train.parquet', 'metadata.csv')).toBe('parquet');
    expect(await formatOf('cat/1.png', 'cat/metadata.csv', 'dog/1.png', 'dog/metadata.csv')).toBe(
      'image-folder',
    );
    expect(await formatOf('cat/1.png', 'cat/metadata.csv', 'dog/1.png')).toBe('image-folder');
  });

  test('rejects a source without metadata or images', async () => {
    await expect(open({ '1.png': anyBytes })).rejects.toEqual(layoutErrorAt('metadata.jsonl'));
    await expect(open({ 'metadata.csv': 'file_name,text\n1.png,a\n' })).rejects.toEqual(
      layoutErrorAt('metadata.jsonl'),
    );
    await expect(openCsv('file_name,text\n7.png,a\n')).rejects.toEqual(layoutErrorAt('metadata.csv'));
    const path = join(writeTree(flat), 'metadata.jsonl');
    await expect(openPath(captionedFolderReader, path)).rejects.toMatchObject({ code: 'dataset_layout' });
  });

  test('rejects metadata of the same images twice', async () => {
    const both = { ...flat, 'metadata.csv': 'file_name,text\n1.png,a\n' };
    await expect(open(both)).rejects.toThrow('both "metadata.csv" and "metadata.jsonl" are there');
    const above = { ...divided, 'metadata.csv': 'file_name,text\ntrain/1.png,a\n' };
    await expect(open(above)).rejects.toThrow('both "metadata.csv" and "test/metadata.csv" are there');
  });

  test('rejects a single caption, or none', async () => {
    await expect(openCsv('file_name,text\n1.png,a\n2.png,a\n')).rejects.toThrow('one caption, "a"');
    await expect(openCsv('file_name,text\n1.png,\n')).rejects.toThrow('no image has a caption');
  });

  const damagedCsv: [string, string][] = [
    ['', 'it has no column "file_name"'],
    ['image,text\n1.png,a\n', 'it has no column "file_name"'],
    ['file_name,title\n1.png,a\n', 'it has no column "text" or "caption"'],
    ['file_name,text\n', 'it describes no image'],
    ['file_name,text\n1.png,"a\nb"\n2.png,a,b\n', 'line 4 has 3 values for 2 columns'],
    ['file_name,text\n1.png,a\n,b\n', 'line 3 has no "file_name"'],
    ['file_name,text\n1.png,"a\n2.png,b\n', 'a quote that line 2 opens is not closed'],
    ['file_name,text\n1.png,"a" dog\n', 'closing quote of a value that begins in line 2'],
  ];

  test.for(damagedCsv)('rejects the CSV %j', async ([content, problem]) => {
    await expect(openCsv(content)).rejects.toEqual(formatErrorAt('metadata.csv', problem));
  });

  const damagedJson: [string, string][] = [
    ['\n', 'it describes no image'],
    ['{"file_name":"1.png","text":"a"}\n\n{"file_name"\n', 'line 3 is not JSON'],
    ['[]\n', 'line 1 is not a JSON object'],
    ['null\n', 'line 1 is not a JSON object'],
    ['{"file_name":"1.png","text":"a"}\n{"text":"b"}\n', 'line 2 has no "file_name"'],
    ['{"file_name":1,"text":"a"}\n', 'line 1 has no "file_name"'],
    ['{"file_name":"1.png","title":"a"}\n', 'it has no column "text" or "caption"'],
  ];

  test.for(damagedJson)('rejects the JSON lines %j', async ([content, problem]) => {
    await expect(openJson(content)).rejects.toEqual(formatErrorAt('metadata.jsonl', problem));
  });

  test('rejects metadata that are not text, far too long or gone', async () => {
    await expect(openCsv(Uint8Array.of(0xff, 0xfe, 0xff))).rejects.toEqual(
      formatErrorAt('metadata.csv', 'not UTF-8'),
    );
    const long = writeTree(flat);
    truncateSync(join(long, 'metadata.jsonl'), 2 ** 28 + 1);
    await expect(openPath(captionedFolderReader, long)).rejects.toEqual(
      formatErrorAt('metadata.jsonl', 'too long'),
    );
    const listing = await listSource(writeTree(flat));
    const opening = captionedFolderReader.open({ ...listing, path: join(listing.path, 'absent') });
    await expect(opening).rejects.toMatchObject({ code: 'source_missing' });
  });

  const damaged: [string, Files][] = [
    ['metadata.jsonl', flat],
    ['train/metadata.csv', divided],
  ];

  test.for(damaged)('ends in order whatever is wrong with %s', async ([file, files]) => {
    const listing = await listSource(writeTree(files));
    const result = await fuzz({
      originals: [Buffer.from(files[file])],
      read: (bytes) => {
        writeFileSync(join(listing.path, file), bytes);
        return readToEnd(captionedFolderReader, listing);
      },
      allowed: ['dataset_layout', 'dataset_format'],
    });
    expect(result.faults).toEqual([]);
    expect(result.refused).toBeGreaterThan(0);
  });
});
