import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DatasetSource } from '#numerics/data/sources/dataset-source';
import { imageFolderReader } from '#numerics/data/sources/image-folder';
import { listSource } from '#numerics/data/sources/list-source';
import { chooseReader } from '#numerics/data/sources/readers';
import { anyBytes, entriesOf, layoutErrorAt, linesOf, openPath, writeTree } from './source-fixture';

function open(folder: string): Promise<DatasetSource> {
  return openPath(imageFolderReader, folder);
}

async function recognize(...files: string[]): Promise<string | null> {
  return imageFolderReader.recognize(await listSource(writeTree(files)));
}

describe('reading an image folder', () => {
  test('lists classes and files in code-unit order with labels of the training classes', async () => {
    const folder = writeTree([
      'train/b/2.png',
      'train/b/10.PNG',
      'train/Z/a.JpEg',
      'train/a/é.webp',
      'train/a/z.jpg',
      'train/a/y.ppm',
      'test/b/1.pgm',
    ]);
    const source = await open(folder);
    expect(source.classes).toEqual(['Z', 'a', 'b']);
    const train = await entriesOf(source, 'train');
    expect(train.map((image) => ('name' in image ? [image.name, image.label] : image))).toEqual([
      ['train/Z/a.JpEg', 0],
      ['train/a/y.ppm', 1],
      ['train/a/z.jpg', 1],
      ['train/a/é.webp', 1],
      ['train/b/10.PNG', 2],
      ['train/b/2.png', 2],
    ]);
    expect(await linesOf(source, 'test')).toEqual(['test/b/1.pgm: b']);
    expect([...source.parts.keys()]).toEqual(['train', 'test']);
    expect(source.assignment).toEqual({ train: ['train'], val: [], test: ['test'] });
    expect([source.refused, source.notes]).toEqual([[], []]);
    await source.close();
  });

  test('reads the bytes of an image when they are asked for', async () => {
    const folder = writeTree({ 'train/a/1.png': 'first', 'train/b/1.png': 'second' });
    const [, image] = await entriesOf(await open(folder), 'train');
    expect(Buffer.from(await ('read' in image ? image.read() : [])).toString()).toBe('second');
  });

  test('takes any of the usual names for the validation folder and capitals for all', async () => {
    const folder = writeTree(['Train/a/1.png', 'Train/b/1.png', 'Valid/a/1.png', 'Test/b/1.png']);
    const source = await open(folder);
    expect(source.assignment).toEqual({ train: ['train'], val: ['valid'], test: ['test'] });
    expect(await linesOf(source, 'valid')).toEqual(['Valid/a/1.png: a']);
  });

  test('takes the first of several validation folders and says so', async () => {
    const source = await open(
      writeTree(['train/a/1.png', 'train/b/1.png', 'validation/a/1.png', 'val/b/1.png']),
    );
    expect(source.assignment.val).toEqual(['val']);
    expect([...source.parts.keys()]).toEqual(['train', 'val', 'validation']);
    expect(source.notes).toEqual(['The part "val" makes the val split; "validation" is left out.']);
  });

  test('finds the folders inside the only folder there is', async () => {
    const folder = writeTree(['EuroSAT/train/a/1.png', 'EuroSAT/train/b/1.png', 'readme.txt']);
    expect(imageFolderReader.recognize(await listSource(folder))).toBe(
      'it has EuroSAT/train/ with class folders',
    );
    const source = await open(folder);
    expect(await linesOf(source, 'train')).toEqual(['train/a/1.png: a', 'train/b/1.png: b']);
  });

  test('recognizes class folders with images in train, and nothing else', async () => {
    expect(await recognize('train/a/1.png')).toBe('it has train/ with class folders');
    expect(await recognize('train/1.png')).toBeNull();
    expect(await recognize('train/shards/1.tar')).toBeNull();
    expect(await recognize('test/a/1.png')).toBeNull();
    expect(await recognize('one/train/a/1.png', 'two/train/a/1.png')).toBeNull();
    const file = join(writeTree(['image.png']), 'image.png');
    expect(imageFolderReader.recognize(await listSource(file))).toBeNull();
  });

  test.each(['', '2750/', 'EuroSAT/2750/'])(
    'takes class folders without train for training: %s',
    async (prefix) => {
      const folder = writeTree({
        [`${prefix}River/River_1.jpg`]: anyBytes,
        [`${prefix}Forest/Forest_2.jpg`]: anyBytes,
        'README.md': 'notes',
      });
      const listing = await listSource(folder);
      const { reader, reason } = chooseReader(listing, null);
      expect(reason).toMatch(/^it has class folders/);
      const source = await reader.open(listing);
      expect(source.refused).toEqual([]);
      expect(source.classes).toEqual(['Forest', 'River']);
      expect(await linesOf(source, 'train')).toEqual([
        'Forest/Forest_2.jpg: Forest',
        'River/River_1.jpg: River',
      ]);
      expect(source.assignment).toEqual({ train: ['train'], val: [], test: [] });
      expect(source.notes).toEqual([expect.stringContaining('none for testing')]);
    },
  );

  test.each([
    ['splits', ['train/1.jpg', 'test/1.jpg']],
    ['splits with longer names', ['cars_train/1.jpg', 'cars_test/1.jpg']],
    ['images and their masks', ['images/1.jpg', 'masks/1.png']],
    ['lists that divide the images', ['images/pie/1.jpg', 'images/rice/1.jpg', 'meta/test.txt']],
    ['images of one class', ['cat/1.jpg']],
  ])('takes no %s for class folders', async (_, files) => {
    const listing = await listSource(writeTree(files));
    expect(() => chooseReader(listing, null)).toThrow(expect.objectContaining({ code: 'dataset_layout' }));
  });

  test.each([
    ['image-folder', ['train/a/1.jpg', 'train/b/1.jpg', 'images.tar.gz', 'cifar-10-python.tar.gz']],
    ['parquet', ['data/train-0.parquet', 'preview/a/1.png', 'preview/b/1.png']],
    ['webdataset', ['train-0.tar', 'preview/a/1.png', 'preview/b/1.png']],
  ] as const)('gives way to what is more, or less, than it: %s', async (format, files) => {
    expect(chooseReader(await listSource(writeTree([...files])), null).reader.format).toBe(format);
  });

  test('takes the sorted validation images of ImageNet where both folders are there', async () => {
    const source = await open(
      writeTree([
        'train/a/1.jpg',
        'train/b/1.jpg',
        'val_in_folder/a/2.jpg',
        'val_in_folder/b/2.jpg',
        'val/3.jpg',
      ]),
    );
    expect(await linesOf(source, 'val')).toEqual(['val_in_folder/a/2.jpg: a', 'val_in_folder/b/2.jpg: b']);
  });

  test('passes over hidden files and what file managers leave behind', async () => {
    const source = await open(
      writeTree([
        'train/a/1.png',
        'train/b/1.png',
        'train/a/.DS_Store',
        'train/a/._1.png',
        'train/Thumbs.db',
        'train/.cache/1.png',
      ]),
    );
    expect(source.classes).toEqual(['a', 'b']);
    expect(source.refused).toEqual([]);
  });

  test('refuses stray files and folders with a reason each', async () => {
    const source = await open(
      writeTree([
        'train/a/1.png',
        'train/b/1.png',
        'train/a/notes.txt',
        'train/a/old.gif',
        'train/a/more/2.png',
        'train/loose.png',
      ]),
    );
    expect(source.refused).toEqual([
      { file: 'train/a/more', reason: 'it is a folder inside a class folder' },
      { file: 'train/a/notes.txt', reason: 'its extension is not png, jpg, jpeg, webp, ppm or pgm' },
      { file: 'train/a/old.gif', reason: 'its extension is not png, jpg, jpeg, webp, ppm or pgm' },
      { file: 'train/loose.png', reason: 'it is not inside a class folder' },
    ]);
  });

  test('ends on links that form a loop or lead nowhere', async () => {
    const folder = writeTree(['train/a/1.png', 'train/b/1.png']);
    symlinkSync('..', join(folder, 'train/a/up'));
    symlinkSync('self.png', join(folder, 'train/a/self.png'));
    symlinkSync('gone.png', join(folder, 'train/b/link.png'));
    const source = await open(folder);
    expect(source.parts.get('train')?.count).toBe(2);
    expect(source.refused.map(({ file, reason }) => `${file}: ${reason}`)).toEqual([
      'train/a/self.png: it is a link that cannot be followed (ELOOP)',
      'train/a/up: it is a folder inside a class folder',
      'train/b/link.png: it is a link that cannot be followed (ENOENT)',
    ]);
  });

  test('follows links to class folders and images', async () => {
    const folder = writeTree(['train/a/1.png', 'elsewhere/1.png']);
    symlinkSync('../elsewhere', join(folder, 'train/b'));
    symlinkSync('1.png', join(folder, 'train/a/2.png'));
    expect(await linesOf(await open(folder), 'train')).toEqual([
      'train/a/1.png: a',
      'train/a/2.png: a',
      'train/b/1.png: b',
    ]);
  });

  test('rejects a folder without train, without classes, or with one class only', async () => {
    await expect(open(writeTree(['test/a/1.png']))).rejects.toEqual(layoutErrorAt('train'));
    await expect(open(writeTree(['train/1.png']))).rejects.toEqual(layoutErrorAt('train'));
    await expect(open(writeTree(['train/a/1.png']))).rejects.toEqual(layoutErrorAt('train'));
  });

  test('rejects a part that is there twice', async () => {
    const folder = writeTree(['train/a/1.png', 'train/b/1.png', 'Test/a/1.png', 'test/a/1.png']);
    await expect(open(folder)).rejects.toEqual(layoutErrorAt('Test'));
  });

  test('rejects a class without images', async () => {
    const folder = writeTree(['train/a/1.png', 'train/b/readme.txt']);
    await expect(open(folder)).rejects.toEqual(layoutErrorAt('train/b'));
  });

  test('rejects a validation or test class that train lacks', async () => {
    const folder = writeTree(['train/a/1.png', 'train/b/1.png', 'test/c/1.png']);
    await expect(open(folder)).rejects.toEqual(layoutErrorAt('test/c'));
  });

  test('rejects a validation folder without classes', async () => {
    const folder = writeTree(['train/a/1.png', 'train/b/1.png']);
    mkdirSync(join(folder, 'val'));
    await expect(open(folder)).rejects.toEqual(layoutErrorAt('val'));
  });

  test('says which folder cannot be read', async () => {
    const folder = join(writeTree([]), 'absent');
    const opening = imageFolderReader.open({ path: folder, isFolder: true, files: [] });
    await expect(opening).rejects.toMatchObject({ code: 'source_missing', data: { path: folder } });
  });
});
