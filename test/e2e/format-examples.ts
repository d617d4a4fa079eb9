import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetFormat } from '#contract/specs/dataset-format';
import { readGolden, type GoldenImage } from '#test/numerics/data/sources/reader-golden';
import { fixtureFolder, writeTree } from '#test/numerics/data/sources/source-fixture';

/** An image without its name. */
export type KnownImage = Omit<GoldenImage, 'name'>;

type KnownImages = Readonly<Record<'train' | 'test', readonly KnownImage[]>>;

/** A tiny dataset in one of the formats, and what is in it. */
export interface FormatExample {
  readonly format: DatasetFormat;
  /** Absolute path of the folder or file. */
  readonly path: string;
  readonly classCount: number;
  readonly images: KnownImages;
}

const classes = ['airport', 'beach'] as const;

/** A photograph of a fixture that takes the place of one in another dataset. */
interface Photograph extends KnownImage {
  /** What its name ends with. */
  readonly number: number;
  readonly content: Buffer;
}

/**
 * Lays out a tiny dataset in each format: of fixtures as other programs wrote them, and of photographs where
 * the format is a matter of folders and lists.
 *
 * @param folder where those of the second kind are written
 */
export function writeFormatExamples(folder: string): FormatExample[] {
  const cifar = readGolden('cifar.json') as Record<'cifar-10' | 'cifar-100', KnownImages>;
  const fixture = (format: DatasetFormat, name: string, classCount: number, images: KnownImages) => ({
    format,
    path: join(fixtureFolder, name),
    classCount,
    images,
  });
  return [
    fixture('idx', 'idx', 10, readGolden('idx.json') as KnownImages),
    fixture('cifar-10', 'cifar-10-batches-bin', 10, cifar['cifar-10']),
    fixture('cifar-100', 'cifar-100-binary', 100, cifar['cifar-100']),
    fixture('svhn', 'svhn', 10, readGolden('svhn.json') as KnownImages),
    fixture('gtsrb', 'gtsrb', 3, readGolden('gtsrb.json') as KnownImages),
    fixture('stanford-cars', 'stanford_cars', 3, readGolden('stanford-cars.json') as KnownImages),
    fixture('parquet', 'parquet-zstd.parquet', 3, {
      train: Array.from({ length: 12 }, (_, i) => grayImage(i % 3, 4 * 4, 20 * i)),
      test: [],
    }),
    fixture('webdataset', 'webdataset-gnu.tar', 2, {
      train: Array.from({ length: 4 }, (_, i) => grayImage(i % 2, 2, 10 * i)),
      test: [],
    }),
    ...writePhotographs(folder),
  ];
}

/** The formats of folders and lists, with four photographs in `train`, two in `test` and one unused. */
function writePhotographs(folder: string): FormatExample[] {
  const golden = readGolden('stanford-cars.json') as Record<'train' | 'test', readonly GoldenImage[]>;
  const [first, ...others] = [...golden.train, ...golden.test].map(({ name, sha256 }, i) => ({
    number: i + 1,
    label: i % classes.length,
    sha256,
    content: readFileSync(join(fixtureFolder, 'stanford_cars', name)),
  }));
  const train = [first, ...others.slice(0, 3)];
  const test = others.slice(3, 5);
  const unused = others.slice(5);
  const all = [...train, ...test, ...unused];
  const write = (format: DatasetFormat, files: readonly (readonly [string, string | Buffer])[]) => ({
    format,
    path: writeTree(Object.fromEntries(files), join(folder, format)),
    classCount: classes.length,
    images: { train, test },
  });
  const named = (name: (className: string, photograph: Photograph) => string) => (photograph: Photograph) =>
    name(classes[photograph.label], photograph);
  const lines = (photographs: readonly Photograph[], name: (photograph: Photograph) => string) =>
    photographs.map((photograph) => `${name(photograph)}\n`).join('');

  const inClass = named((className, { number }) => `${className}/${number}.jpg`);
  const numbered = named((className, { number }) => `${className}_${number}.jpg`);
  const caption = named((className) => `${className}, seen "from above"`);
  const described = (photograph: Photograph) =>
    JSON.stringify({ file_name: numbered(photograph), text: caption(photograph) });
  const captioned = (photograph: Photograph) =>
    `${numbered(photograph)},"${caption(photograph).replaceAll('"', '""')}"`;
  const inNumberedClass = named((className, photograph) => `${className}/${numbered(photograph)}`);
  const inLetter = named((className, photograph) => `/${className[0]}/${inClass(photograph)}`);
  return [
    write('image-folder', [
      ...train.map((photograph) => [`train/${inClass(photograph)}`, photograph.content] as const),
      ...test.map((photograph) => [`test/${inClass(photograph)}`, photograph.content] as const),
    ]),
    write('captioned-folder', [
      ...train.map((photograph) => [`train/${numbered(photograph)}`, photograph.content] as const),
      ['train/metadata.jsonl', lines(train, described)],
      ...test.map((photograph) => [`test/${numbered(photograph)}`, photograph.content] as const),
      ['test/metadata.csv', `file_name,text\n${lines(test, captioned)}`],
    ]),
    write('dtd', [
      ...all.map((photograph) => [`images/${inNumberedClass(photograph)}`, photograph.content] as const),
      ['labels/train1.txt', lines(train.slice(0, 2), inNumberedClass)],
      ['labels/val1.txt', lines(train.slice(2), inNumberedClass)],
      ['labels/test1.txt', lines(test, inNumberedClass)],
    ]),
    write('resisc45', [
      ...all.map(
        (photograph) => [`NWPU-RESISC45/${inNumberedClass(photograph)}`, photograph.content] as const,
      ),
      ['resisc45-train.txt', lines(train, numbered)],
      ['resisc45-val.txt', lines(unused, numbered)],
      ['resisc45-test.txt', lines(test, numbered)],
    ]),
    write('sun397', [
      ...all.map((photograph) => [`SUN397${inLetter(photograph)}`, photograph.content] as const),
      ['Training_01.txt', lines(train, inLetter)],
      ['Testing_01.txt', lines(test, inLetter)],
    ]),
  ];
}

/** An image of which all pixels have one value. */
function grayImage(label: number, pixelCount: number, value: number): KnownImage {
  return {
    label,
    sha256: createHash('sha256')
      .update(Buffer.alloc(3 * pixelCount, value))
      .digest('hex'),
  };
}
