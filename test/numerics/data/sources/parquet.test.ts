import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer, type ParquetWriteOptions } from 'hyparquet-writer';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { listSource } from '#numerics/data/sources/list-source';
import { parquetReader } from '#numerics/data/sources/parquet';
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

type Columns = Omit<ParquetWriteOptions, 'writer'>['columnData'];

/** A file with the columns given by their names, types and values. */
function parquet(
  columns: Readonly<Record<string, readonly [type: string, values: readonly unknown[]]>>,
  facts: Readonly<Record<string, string>> = {},
): Buffer {
  const columnData = Object.entries(columns).map(([name, [type, data]]) => ({ name, type, data }));
  const kvMetadata = Object.entries(facts).map(([key, value]) => ({ key, value }));
  return Buffer.from(parquetWriteBuffer({ columnData: columnData as unknown as Columns, kvMetadata }));
}

function describeFeatures(features: unknown): Record<string, string> {
  return { huggingface: JSON.stringify({ info: { features } }) };
}

const images = ['BYTE_ARRAY', ['one', 'two', 'three'].map((text) => Buffer.from(text))] as const;
const labels = ['INT64', [1n, 0n, 1n]] as const;
const named = { _type: 'ClassLabel', names: ['cat', 'dog'] };

function open(...files: readonly (readonly [name: string, content: Uint8Array])[]) {
  return openPath(parquetReader, writeTree(Object.fromEntries(files)));
}

describe('reading Parquet files with images', () => {
  const codecs = ['snappy', 'zstd', 'gzip', 'brotli', 'lz4', 'none', 'pages2', 'delta'];

  test.for(codecs)('reads parquet-%s.parquet, which pyarrow wrote', async (codec) => {
    const source = await openPath(parquetReader, join(fixtureFolder, `parquet-${codec}.parquet`));
    expect(source.classes).toEqual(['cat', 'dog', 'bird']);
    const entries = await entriesOf(source, 'train');
    const read = entries.map(async (entry) => {
      if (!('read' in entry)) return entry;
      const pixels = await sharp(await entry.read())
        .extractChannel(0)
        .raw()
        .toBuffer();
      return [entry.name, entry.label, [...new Set(pixels)]];
    });
    expect(await Promise.all(read)).toEqual(
      Array.from({ length: 12 }, (_, i) => [`train/${String(i).padStart(2, '0')}`, i % 3, [20 * i]]),
    );
    await source.close();
  });

  test('reads binary images and text labels and refuses rows that lack one', async () => {
    const source = await openPath(parquetReader, join(fixtureFolder, 'parquet-nulls.parquet'));
    expect(source.classes).toEqual(['bird', 'cat', 'dog']);
    expect(await linesOf(source, 'train')).toEqual([
      'train/00: cat',
      'train/01: dog',
      'train/02: bird',
      'train/03: cat',
      'train/04: dog',
      'train/05 refused: it has no image',
      'train/06: cat',
      'train/07 refused: it has no label',
      'train/08: bird',
      'train/09: cat',
      'train/10: dog',
      'train/11: bird',
    ]);
  });

  test('numbers rows through the shards of a part', async () => {
    const shard = parquet({ image: images, label: labels }, describeFeatures({ label: named }));
    const source = await open(
      ['data/train-00000-of-00002.parquet', shard],
      ['data/train-00001-of-00002.parquet', shard],
      ['data/validation-00000-of-00001.parquet', shard],
    );
    expect(await linesOf(source, 'train')).toEqual([
      'train/0: dog',
      'train/1: cat',
      'train/2: dog',
      'train/3: dog',
      'train/4: cat',
      'train/5: dog',
    ]);
    expect(source.assignment).toEqual({ train: ['train'], val: ['validation'], test: [] });
    expect([source.refused, source.notes]).toEqual([[], []]);
    const [first] = await entriesOf(source, 'validation');
    expect(Buffer.from(await ('read' in first ? first.read() : [])).toString()).toBe('one');
  });

  test('names classes by numbers if nothing names them and refuses what cannot be one', async () => {
    const values = [2, -1, 70_000].map(BigInt);
    const source = await open(['images.parquet', parquet({ img: images, target: ['INT64', values] })]);
    expect(source.classes).toEqual(['0', '1', '2']);
    expect(await linesOf(source, 'train')).toEqual([
      'train/0: 2',
      'train/1 refused: its label -1 has no class',
      'train/2 refused: its label 70000 has no class',
    ]);
    expect(source.notes).toEqual([
      'The names of the files do not say which split they are; all of them are taken for "train".',
      'The classes have no names in the files; they are called by their numbers.',
    ]);
  });

  test('refuses a label that the names do not reach', async () => {
    const file = parquet({ image: images, label: ['INT32', [0, 2, 1]] }, describeFeatures({ label: named }));
    expect(await linesOf(await open(['train.parquet', file]), 'train')).toEqual([
      'train/0: cat',
      'train/1 refused: its label 2 has no class',
      'train/2: dog',
    ]);
  });

  test('prefers columns that are described, then usual names, and says what else there is', async () => {
    const columns = {
      mask: images,
      image: images,
      coarse_label: labels,
      fine_label: labels,
      kind: labels,
      class: ['STRING', ['a', 'b', 'c']],
    } as const;
    const guessed = await open(['train.parquet', parquet(columns)]);
    expect(guessed.notes.slice(0, 2)).toEqual([
      'The images are those of the column "image"; there is also "mask".',
      'The labels are those of the column "fine_label"; there is also "coarse_label", "class".',
    ]);
    const features = { mask: { _type: 'Image' }, kind: named, class: { _type: 'Value' } };
    const described = await open(['train.parquet', parquet(columns, describeFeatures(features))]);
    expect(described.classes).toEqual(['cat', 'dog']);
    expect(described.notes).toEqual([
      'The images are those of the column "mask"; there is also "image".',
      'The labels are those of the column "kind"; there is also "fine_label", "coarse_label", "class".',
    ]);
  });

  test('takes captions for labels where no column has labels', async () => {
    const text = ['STRING', ['  a red\n square ', ' ', 'a blue circle']] as const;
    const captioned = await open(['train.parquet', parquet({ image: images, caption: text })]);
    expect(captioned.classes).toEqual(['a blue circle', 'a red square']);
    expect(captioned.hasCaptions).toBe(true);
    expect(await linesOf(captioned, 'train')).toEqual([
      'train/0: a red square',
      'train/1 refused: its caption is empty',
      'train/2: a blue circle',
    ]);
    expect(captioned.notes).toEqual([
      'No column has labels; the captions are those of the column "caption".',
      'The captions are the classes: 2 distinct captions.',
    ]);
    const titles = ['STRING', ['a', 'b', 'c']] as const;
    const several = await open([
      'train.parquet',
      parquet({ image: images, title: titles, alt_text: titles, TEXT: text }),
    ]);
    expect(several.classes).toEqual(captioned.classes);
    expect(several.notes[0]).toBe(
      'The captions are those of the column "TEXT"; there is also "title", "alt_text".',
    );
  });

  test('prefers labels to captions', async () => {
    const captions = ['STRING', ['a', 'b', 'c']] as const;
    const file = parquet(
      { caption: captions, image: images, label: labels },
      describeFeatures({ label: named }),
    );
    const source = await open(['train.parquet', file]);
    expect([source.classes, source.hasCaptions, source.notes]).toEqual([['cat', 'dog'], false, []]);
  });

  test('refuses rows without a caption', async () => {
    const schema: ParquetWriteOptions['schema'] = [
      { name: 'schema', num_children: 2 },
      { name: 'image', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'text', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    ];
    const columnData = [
      { name: 'image', data: images[1] },
      { name: 'text', data: ['b', null, 'a'] },
    ] as unknown as Columns;
    const file = Buffer.from(parquetWriteBuffer({ columnData, schema }));
    expect(await linesOf(await open(['train.parquet', file]), 'train')).toEqual([
      'train/0: b',
      'train/1 refused: it has no caption',
      'train/2: a',
    ]);
  });

  test('is recognized by the names of files', async () => {
    const recognize = async (...files: string[]) =>
      parquetReader.recognize(await listSource(writeTree(files)));
    expect(await recognize('data/train.PARQUET')).toBe('it has the Parquet file data/train.PARQUET');
    expect(await recognize('train.csv')).toBeNull();
  });

  test('rejects a source without files, or without columns of images or labels', async () => {
    await expect(open(['a.csv', images[1][0]])).rejects.toThrow('there is no .parquet file');
    const noImage = parquet({ text: ['STRING', ['a', 'b', 'c']], label: labels });
    await expect(open(['a.parquet', noImage])).rejects.toEqual(layoutErrorAt('a.parquet'));
    await expect(open(['a.parquet', noImage])).rejects.toThrow(
      'no column has images; there is "text", "label"',
    );
    const noLabel = parquet({ image: images, words: ['STRING', ['a', 'b', 'c']] });
    await expect(open(['a.parquet', noLabel])).rejects.toThrow(
      'no column has labels or captions; there is "image", "words"',
    );
    const date = parquet({ image: images, label: ['TIMESTAMP', [new Date(0), new Date(1), new Date(2)]] });
    await expect(open(['a.parquet', date])).rejects.toThrow('no column has labels');
  });

  test('rejects shards that do not agree', async () => {
    const first = parquet({ image: images, label: labels }, describeFeatures({ label: named }));
    const others = {
      names: parquet(
        { image: images, label: labels },
        describeFeatures({ label: { ...named, names: ['a', 'b'] } }),
      ),
      columns: parquet({ img: images, label: labels }, describeFeatures({ label: named })),
    };
    for (const other of Object.values(others)) {
      const opening = open(['test-0.parquet', first], ['train-0.parquet', other]);
      await expect(opening).rejects.toEqual(layoutErrorAt('train-0.parquet'));
    }
  });

  test('passes over a description that is of something else and rejects a damaged one', async () => {
    const columns = { image: images, label: labels };
    const other = await open(['train.parquet', parquet(columns, { huggingface: '{"info":{}}' })]);
    expect(other.classes).toEqual(['0', '1']);
    await expect(open(['train.parquet', parquet(columns, { huggingface: '{' })])).rejects.toEqual(
      formatErrorAt('train.parquet', 'description of the columns is damaged'),
    );
    const twice = describeFeatures({ label: { ...named, names: ['a', 'a'] } });
    await expect(open(['train.parquet', parquet(columns, twice)])).rejects.toEqual(
      formatErrorAt('train.parquet', 'class name more than once for "label"'),
    );
  });

  test('rejects files that are no Parquet files, cut short or encrypted', async () => {
    const whole = parquet({ image: images, label: labels });
    const encrypted = Buffer.from(whole);
    encrypted.write('PARE', encrypted.length - 4, 'latin1');
    const longFooter = Buffer.from(whole);
    longFooter.writeUInt32LE(whole.length, whole.length - 8);
    const noFooter = Buffer.from(whole);
    noFooter.writeUInt32LE(0, whole.length - 8);
    const problems: [Uint8Array, string][] = [
      [whole.subarray(0, 8), 'too short'],
      [whole.subarray(0, whole.length - 1), 'does not end as a Parquet file'],
      [encrypted, 'it is encrypted'],
      [longFooter, 'its footer is damaged'],
      [noFooter, 'its footer is damaged'],
    ];
    for (const [bytes, problem] of problems) {
      await expect(open(['a.parquet', bytes])).rejects.toEqual(formatErrorAt('a.parquet', problem));
    }
    const listing = await listSource(writeTree([]));
    const opening = parquetReader.open({ ...listing, files: ['absent.parquet'] });
    await expect(opening).rejects.toMatchObject({ code: 'source_missing' });
  });

  test('says which encoding is not read', async () => {
    const source = await openPath(parquetReader, join(fixtureFolder, 'parquet-prefixes.parquet'));
    await expect(entriesOf(source, 'train')).rejects.toEqual(
      formatErrorAt(
        'parquet-prefixes.parquet',
        'its column "image.bytes" is damaged (its encoding 7 is not read)',
      ),
    );
  });

  test('ends in order whatever is wrong with a file', async () => {
    const names = ['snappy', 'zstd', 'none', 'pages2', 'nulls', 'gzip', 'lz4', 'brotli', 'delta'];
    const listing = await listSource(writeTree(['train.parquet']));
    const result = await fuzz({
      originals: names.map((name) => readFileSync(join(fixtureFolder, `parquet-${name}.parquet`))),
      read: (bytes) => {
        writeFileSync(join(listing.path, 'train.parquet'), bytes);
        return readToEnd(parquetReader, listing);
      },
      allowed: ['dataset_format', 'dataset_layout'],
    });
    expect(result.faults).toEqual([]);
    expect(result.refused).toBeGreaterThan(0);
  });
});
