import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeSquare } from '#numerics/data/preprocess';
import { imageFolderReader } from '#numerics/data/sources/image-folder';
import { listSource } from '#numerics/data/sources/list-source';
import { renderTask, starterClasses } from '#numerics/data/starter/render-task';
import { writeTaskFolders } from '#numerics/data/starter/write-task-folders';
import { makeTempFolder } from './image-folder-fixture';

const tasks = ['shapes', 'textures', 'digits'] as const;

function hashOfTask(task: (typeof tasks)[number], seed: number): string {
  const hash = createHash('sha256');
  for (let classIndex = 0; classIndex < 10; classIndex++) {
    hash.update(renderTask({ task, split: 'train', classIndex, index: 3, seed }));
  }
  return hash.digest('hex').slice(0, 16);
}

describe('drawing the quickstart tasks', () => {
  test.each([
    ['shapes', '72d08a4300f32d19'],
    ['textures', 'd4daea40ddd27e1e'],
    ['digits', 'dbde2d2f5a953730'],
  ] as const)('draws %s the same on every machine and in every version', (task, pinned) => {
    expect(hashOfTask(task, 1)).toBe(pinned);
    expect(hashOfTask(task, 2)).not.toBe(pinned);
  });

  test.each(tasks)('draws a different picture for each class, index and split of %s', (task) => {
    const pictures = (['train', 'test'] as const).flatMap((split) =>
      Array.from({ length: 30 }, (_, i) =>
        Buffer.from(renderTask({ task, split, classIndex: i % 10, index: i >> 1, seed: 1 })).toString('hex'),
      ),
    );
    expect(pictures[0]).toHaveLength(2 * 32 * 32 * 3);
    expect(new Set(pictures).size).toBe(60);
  });

  test.each(tasks)('names ten classes of %s in the order of their labels after an import', (task) => {
    const classes = starterClasses(task);
    expect(classes).toHaveLength(10);
    expect(classes).toEqual([...classes].sort());
  });

  test.each(tasks)('gives the classes of %s a signal that even the nearest mean picture finds', (task) => {
    const draw = (split: 'train' | 'test', count: number): Uint8Array[][] =>
      Array.from({ length: 10 }, (_, classIndex) =>
        Array.from({ length: count }, (_, index) => renderTask({ task, split, classIndex, index, seed: 1 })),
      );
    const means = draw('train', 20).map((pictures) =>
      Float64Array.from(pictures[0], (_, i) => pictures.reduce((sum, picture) => sum + picture[i], 0) / 20),
    );
    const distance = (picture: Uint8Array, mean: Float64Array): number =>
      mean.reduce((sum, value, i) => sum + (value - picture[i]) ** 2, 0);
    const isRecognized = draw('test', 10).flatMap((pictures, classIndex) =>
      pictures.map((picture) => {
        const distances = means.map((mean) => distance(picture, mean));
        return distances.indexOf(Math.min(...distances)) === classIndex;
      }),
    );
    const chance = 0.1;
    expect(isRecognized.filter(Boolean).length / isRecognized.length).toBeGreaterThan(2 * chance);
  });
});

describe('writing the quickstart tasks', () => {
  const options = { tasks: ['digits', 'shapes'], trainPerClass: 2, testPerClass: 1, seed: 1 } as const;

  test('writes folders that the import reads, with the pixels that were drawn', async () => {
    const folder = await makeTempFolder();
    expect(await writeTaskFolders({ ...options, folder })).toEqual([
      { task: 'digits', folder: 'digits', fileCount: 30 },
      { task: 'shapes', folder: 'shapes', fileCount: 30 },
    ]);
    const { classes, parts, refused } = await imageFolderReader.open(
      await listSource(join(folder, 'shapes')),
    );
    expect(classes).toEqual(starterClasses('shapes'));
    expect([...parts].map(([name, { count }]) => [name, count])).toEqual([
      ['train', 20],
      ['test', 10],
    ]);
    expect(refused).toEqual([]);
    const bytes = await readFile(join(folder, 'shapes/train/bolt/0001.png'));
    const drawn = renderTask({ task: 'shapes', split: 'train', classIndex: 1, index: 1, seed: 1 });
    expect([...(await decodeSquare(bytes, 32))]).toEqual([...drawn]);
  });

  test('leaves no task folder behind when it is cancelled', async () => {
    const folder = await makeTempFolder();
    const progress: string[] = [];
    const written = await writeTaskFolders({
      ...options,
      folder,
      onProgress: (done, total) => progress.push(`${done}/${total}`),
      isCancelled: () => progress.length === 35,
    });
    expect(written).toBeNull();
    expect(progress.at(-1)).toBe('35/60');
    expect(await readdir(folder)).toEqual(['digits']);
  });

  test('starts a task again that a kill had left half written', async () => {
    const folder = await makeTempFolder();
    await mkdir(join(folder, '.digits.partial/train/left-over'), { recursive: true });
    await writeTaskFolders({ ...options, folder });
    expect((await readdir(folder)).sort()).toEqual(['digits', 'shapes']);
    expect(await readdir(join(folder, 'digits/train'))).toEqual([...starterClasses('digits')]);
  });

  test('leaves a complete folder as it is', async () => {
    const folder = await makeTempFolder();
    const listing = await writeTaskFolders({ ...options, folder });
    const progress: number[] = [];
    const again = await writeTaskFolders({ ...options, folder, onProgress: (done) => progress.push(done) });
    expect(again).toEqual(listing);
    expect(progress).toEqual([30, 60]);
  });

  test('rejects a folder of another size, another seed or with altered images', async () => {
    const folder = await makeTempFolder();
    await writeTaskFolders({ ...options, folder });
    const rejection = { code: 'invalid_input', data: { folder: join(folder, 'digits') } };
    await expect(writeTaskFolders({ ...options, folder, testPerClass: 2 })).rejects.toMatchObject(rejection);
    await expect(writeTaskFolders({ ...options, folder, seed: 2 })).rejects.toMatchObject(rejection);
    await writeFile(join(folder, 'digits/test/4/0000.png'), 'altered');
    await expect(writeTaskFolders({ ...options, folder })).rejects.toMatchObject(rejection);
    await writeFile(join(folder, 'textures'), 'a file');
    await expect(writeTaskFolders({ ...options, folder, tasks: ['textures'] })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});
