import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { AppError } from '#contract/errors';
import { type StarterTask } from '#contract/specs/starter-domain';
import { renderTask } from './render-task';
import { canvasSize } from './world/canvas';
import { starterDomains } from './world/domains';

/** What {@link writeTaskFolders} needs to know. */
export interface WriteTaskFoldersOptions {
  /** Absolute path of the folder that receives one folder for each task. */
  readonly folder: string;
  readonly tasks: readonly StarterTask[];
  /** Images of each class in `train` and `test`. */
  readonly trainPerClass: number;
  readonly testPerClass: number;
  /** Seed of the run, unsigned 32-bit. */
  readonly seed: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly isCancelled?: () => boolean;
}

/** One task as it lies on disk. */
export interface TaskFolder {
  readonly task: StarterTask;
  /** Path relative to the folder that was given. */
  readonly folder: string;
  readonly fileCount: number;
}

interface TaskImage {
  readonly split: 'train' | 'test';
  readonly className: string;
  readonly index: number;
  /** Path inside the task folder, with `/` on every system. */
  readonly name: string;
}

/**
 * Draws tasks as `<folder>/<task>/{train,test}/<class>/<0000>.png`. A task is drawn into a hidden
 * folder that gets its name at the end, so a task folder is complete or absent. A complete folder is
 * left as it is after a comparison of its file names and the first image of each class.
 *
 * @param options see {@link WriteTaskFoldersOptions}
 * @returns one entry for each task, or `null` if the work was cancelled
 * @throws {AppError} `invalid_input` if a task folder is there already with other content
 */
export async function writeTaskFolders(options: WriteTaskFoldersOptions): Promise<TaskFolder[] | null> {
  const total = options.tasks.reduce((sum, task) => sum + listImages(task, options).length, 0);
  const folders: TaskFolder[] = [];
  let done = 0;
  const advance = (): boolean => {
    if (options.isCancelled?.() === true) return false;
    done++;
    options.onProgress?.(done, total);
    return true;
  };
  for (const task of options.tasks) {
    const images = listImages(task, options);
    const present = await listPresent(join(options.folder, task));
    if (present === null) {
      if (!(await writeTask(task, images, options, advance))) return null;
    } else {
      await requireSameTask(task, images, present, options);
      done += images.length;
      options.onProgress?.(done, total);
    }
    folders.push({ task, folder: task, fileCount: images.length });
  }
  return folders;
}

async function writeTask(
  task: StarterTask,
  images: readonly TaskImage[],
  options: WriteTaskFoldersOptions,
  advance: () => boolean,
): Promise<boolean> {
  const partial = join(options.folder, `.${task}.partial`);
  await rm(partial, { recursive: true, force: true });
  try {
    for (const split of ['train', 'test']) {
      for (const name of starterDomains[task].classes)
        await mkdir(join(partial, split, name), { recursive: true });
    }
    for (const image of images) {
      if (!advance()) return false;
      await writeFile(join(partial, image.name), await encodeImage(task, image, options.seed));
    }
    await rename(partial, join(options.folder, task));
    return true;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

function listImages(task: StarterTask, options: WriteTaskFoldersOptions): TaskImage[] {
  const counts = [
    ['train', options.trainPerClass],
    ['test', options.testPerClass],
  ] as const;
  return counts.flatMap(([split, count]) =>
    starterDomains[task].classes.flatMap((className) =>
      Array.from({ length: count }, (_, index) => {
        const name = `${split}/${className}/${String(index).padStart(4, '0')}.png`;
        return { split, className, index, name };
      }),
    ),
  );
}

/** PNG without compression or filters: the bytes then do not depend on the version of a compressor. */
async function encodeImage(task: StarterTask, image: TaskImage, seed: number): Promise<Buffer> {
  const pixels = renderTask({ task, seed, ...image });
  return sharp(pixels, { raw: { width: canvasSize, height: canvasSize, channels: 3 } })
    .png({ compressionLevel: 0, adaptiveFiltering: false })
    .toBuffer();
}

/** Names of all files below a folder, with `/` on every system; `null` if the folder is absent. */
async function listPresent(folder: string): Promise<Set<string> | null> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
    return new Set(
      files.map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(folder.length + 1)
          .replaceAll('\\', '/'),
      ),
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    // A file in the place of the folder holds none of the images.
    if (code === 'ENOTDIR') return new Set();
    throw error;
  }
}

async function requireSameTask(
  task: StarterTask,
  images: readonly TaskImage[],
  present: ReadonlySet<string>,
  options: WriteTaskFoldersOptions,
): Promise<void> {
  const folder = join(options.folder, task);
  let isSame = present.size === images.length && images.every((image) => present.has(image.name));
  for (const image of images.filter(({ index }) => isSame && index === 0)) {
    const expected = await encodeImage(task, image, options.seed);
    isSame &&= expected.equals(await readFile(join(folder, image.name)));
  }
  if (isSame) return;
  throw new AppError(
    'invalid_input',
    `The folder ${folder} is there already and does not hold the images of this specification.`,
    { folder },
  );
}
