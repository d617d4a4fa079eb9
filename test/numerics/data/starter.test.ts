import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { starterTaskSchema, type StarterTask } from '#contract/specs/starter-domain';
import { decodeSquare } from '#numerics/data/preprocess';
import { imageFolderReader } from '#numerics/data/sources/image-folder';
import { listSource } from '#numerics/data/sources/list-source';
import { renderTask } from '#numerics/data/starter/render-task';
import { starterDomains } from '#numerics/data/starter/world/domains';
import { writeTaskFolders } from '#numerics/data/starter/write-task-folders';
import { makeTempFolder } from './image-folder-fixture';

const tasks = starterTaskSchema.options;

function hashOfTask(task: StarterTask, seed: number): string {
  const hash = createHash('sha256');
  for (const className of starterDomains[task].classes) {
    hash.update(renderTask({ task, split: 'train', className, index: 3, seed }));
  }
  return hash.digest('hex').slice(0, 16);
}

describe('drawing the tasks of the starter', () => {
  test.each([
    ['cars', '293f68e4a95b428f'],
    ['textures', 'f58fe1f1b93f7c16'],
    ['satellite', '8fb4a87d86a8baf3'],
    ['signs', 'fb4053354f51c29f'],
    ['digits', 'c1e05131a905cf15'],
    ['aerial', 'ad3529092b6b5cb3'],
    ['scenes', 'b466993be2c8addd'],
    ['numbers', '83e3a44ad6b4dcde'],
    ['objects', '358f14c03a6f1b4a'],
  ] as const)('draws %s the same on every machine and in every version', (task, pinned) => {
    expect(hashOfTask(task, 1)).toBe(pinned);
    expect(hashOfTask(task, 2)).not.toBe(pinned);
  });

  test.each(tasks)('draws a different picture for each class, index and split of %s', (task) => {
    const { classes } = starterDomains[task];
    const pictures = (['train', 'test'] as const).flatMap((split) =>
      Array.from({ length: 30 }, (_, i) => {
        const request = { task, split, className: classes[i % 10], index: i >> 1, seed: 1 };
        return Buffer.from(renderTask(request)).toString('hex');
      }),
    );
    expect(pictures[0]).toHaveLength(2 * 32 * 32 * 3);
    expect(new Set(pictures).size).toBe(60);
  });

  test('draws a picture from its request alone, whatever was drawn before', () => {
    const request = { task: 'signs', split: 'train', index: 4, seed: 7 } as const;
    const { classes } = starterDomains.signs;
    const [className] = classes;
    const first = renderTask({ ...request, className });
    renderTask({ ...request, className: classes[1], index: 0 });
    expect(renderTask({ ...request, className })).toEqual(first);
  });
});

describe('writing the tasks of the starter', () => {
  const options = { tasks: ['digits', 'signs'], trainPerClass: 2, testPerClass: 1, seed: 1 } as const;
  const signs = [...starterDomains.signs.classes].sort();
  const digits = [...starterDomains.digits.classes].sort();

  test('writes folders that the import reads, with the pixels that were drawn', async () => {
    const folder = await makeTempFolder();
    expect(await writeTaskFolders({ ...options, folder })).toEqual([
      { task: 'digits', folder: 'digits', fileCount: 30 },
      { task: 'signs', folder: 'signs', fileCount: 30 },
    ]);
    const { classes, parts, refused } = await imageFolderReader.open(await listSource(join(folder, 'signs')));
    expect(classes).toEqual(signs);
    expect([...parts].map(([name, { count }]) => [name, count])).toEqual([
      ['train', 20],
      ['test', 10],
    ]);
    expect(refused).toEqual([]);
    const bytes = await readFile(join(folder, 'signs/train', signs[1], '0001.png'));
    const drawn = renderTask({ task: 'signs', split: 'train', className: signs[1], index: 1, seed: 1 });
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
    expect((await readdir(folder)).sort()).toEqual(['digits', 'signs']);
    expect((await readdir(join(folder, 'digits/train'))).sort()).toEqual(digits);
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
    await writeFile(join(folder, 'digits/test', digits[4], '0000.png'), 'altered');
    await expect(writeTaskFolders({ ...options, folder })).rejects.toMatchObject(rejection);
    await writeFile(join(folder, 'textures'), 'a file');
    await expect(writeTaskFolders({ ...options, folder, tasks: ['textures'] })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});
