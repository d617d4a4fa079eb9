import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readImageFolder } from '#numerics/data/read-image-folder';
import { makeTempFolder, writeFiles } from './image-folder-fixture';

const bytes = Uint8Array.of(1);

async function makeFolder(...names: string[]): Promise<string> {
  const folder = await makeTempFolder();
  await writeFiles(folder, Object.fromEntries(names.map((name) => [name, bytes])));
  return folder;
}

function layoutErrorAt(place: string): object {
  return expect.objectContaining({
    code: 'dataset_layout',
    data: expect.objectContaining({ place }) as unknown,
    message: expect.stringContaining(place) as unknown,
  }) as object;
}

describe('reading an image folder', () => {
  test('lists classes and files in code-unit order with labels of the training classes', async () => {
    const folder = await makeFolder(
      'train/b/2.png',
      'train/b/10.PNG',
      'train/Z/a.JpEg',
      'train/a/é.webp',
      'train/a/z.jpg',
      'test/b/1.png',
    );
    const { classes, splits, refused } = await readImageFolder(folder);
    expect(classes).toEqual(['Z', 'a', 'b']);
    expect(splits.train?.map((file) => [file.name, file.label])).toEqual([
      ['train/Z/a.JpEg', 0],
      ['train/a/z.jpg', 1],
      ['train/a/é.webp', 1],
      ['train/b/10.PNG', 2],
      ['train/b/2.png', 2],
    ]);
    expect(splits.test?.map((file) => file.label)).toEqual([2]);
    expect(splits.val).toBeNull();
    expect(refused).toEqual([]);
  });

  test('passes over hidden files and what file managers leave behind', async () => {
    const folder = await makeFolder(
      'train/a/1.png',
      'train/b/1.png',
      'train/a/.DS_Store',
      'train/a/._1.png',
      'train/Thumbs.db',
      'train/.cache/1.png',
    );
    const { classes, refused } = await readImageFolder(folder);
    expect(classes).toEqual(['a', 'b']);
    expect(refused).toEqual([]);
  });

  test('refuses stray files and folders with a reason each', async () => {
    const folder = await makeFolder(
      'train/a/1.png',
      'train/b/1.png',
      'train/a/notes.txt',
      'train/a/old.gif',
      'train/a/more/2.png',
      'train/loose.png',
    );
    const { refused } = await readImageFolder(folder);
    expect(refused).toEqual([
      { file: 'train/a/more', reason: 'it is a folder inside a class folder' },
      { file: 'train/a/notes.txt', reason: 'its extension is not png, jpg, jpeg or webp' },
      { file: 'train/a/old.gif', reason: 'its extension is not png, jpg, jpeg or webp' },
      { file: 'train/loose.png', reason: 'it is not inside a class folder' },
    ]);
  });

  test('ends on links that form a loop or lead nowhere', async () => {
    const folder = await makeFolder('train/a/1.png', 'train/b/1.png');
    await symlink('..', join(folder, 'train/a/up'));
    await symlink('self.png', join(folder, 'train/a/self.png'));
    await symlink('gone.png', join(folder, 'train/b/link.png'));
    const { splits, refused } = await readImageFolder(folder);
    expect(splits.train).toHaveLength(2);
    expect(refused.map(({ file, reason }) => `${file}: ${reason}`)).toEqual([
      'train/a/self.png: it is a link that cannot be followed (ELOOP)',
      'train/a/up: it is a folder inside a class folder',
      'train/b/link.png: it is a link that cannot be followed (ENOENT)',
    ]);
  });

  test('follows links to class folders and images', async () => {
    const folder = await makeFolder('train/a/1.png', 'elsewhere/1.png');
    await symlink('../elsewhere', join(folder, 'train/b'));
    await symlink('1.png', join(folder, 'train/a/2.png'));
    const { splits } = await readImageFolder(folder);
    expect(splits.train?.map((file) => file.name)).toEqual([
      'train/a/1.png',
      'train/a/2.png',
      'train/b/1.png',
    ]);
  });

  test('rejects a folder without train, without classes, or with one class only', async () => {
    const withoutTrain = await makeFolder('test/a/1.png');
    await expect(readImageFolder(withoutTrain)).rejects.toEqual(layoutErrorAt('train'));
    const withoutClasses = await makeFolder('train/1.png');
    await expect(readImageFolder(withoutClasses)).rejects.toEqual(layoutErrorAt('train'));
    const withOneClass = await makeFolder('train/a/1.png');
    await expect(readImageFolder(withOneClass)).rejects.toEqual(layoutErrorAt('train'));
  });

  test('rejects a class without images', async () => {
    const folder = await makeFolder('train/a/1.png', 'train/b/readme.txt');
    await expect(readImageFolder(folder)).rejects.toEqual(layoutErrorAt('train/b'));
  });

  test('rejects a validation or test class that train lacks', async () => {
    const folder = await makeFolder('train/a/1.png', 'train/b/1.png', 'test/c/1.png');
    await expect(readImageFolder(folder)).rejects.toEqual(layoutErrorAt('test/c'));
  });

  test('rejects a validation folder without classes', async () => {
    const folder = await makeFolder('train/a/1.png', 'train/b/1.png');
    await mkdir(join(folder, 'val'));
    await expect(readImageFolder(folder)).rejects.toEqual(layoutErrorAt('val'));
  });

  test('says which folder does not exist', async () => {
    const folder = join(await makeTempFolder(), 'absent');
    await expect(readImageFolder(folder)).rejects.toMatchObject({
      code: 'source_missing',
      data: { path: folder },
    });
  });
});
