import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { packDataset, type PackDatasetOptions, type PackedDataset } from '#numerics/data/pack-dataset';
import { type PackWriter } from '#numerics/data/pack-images';
import { imageFolderReader } from '#numerics/data/sources/image-folder';
import { listSource } from '#numerics/data/sources/list-source';
import { encodeSample } from '#test/support/sample-image';

export async function makeTempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tangent-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export { encodeSample };

export async function writeFiles(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
}

/** A folder with the classes `cat` and `dog`, `count` images of each in `train`, and a `test` split. */
export async function makeImageFolder(count = 10): Promise<string> {
  const folder = await makeTempFolder();
  for (let i = 0; i < count; i++) {
    await writeFiles(folder, {
      [`train/cat/${String(i)}.png`]: await encodeSample(i),
      [`train/dog/${String(i)}.png`]: await encodeSample(1000 + i),
    });
  }
  await writeFiles(folder, {
    'test/cat/0.png': await encodeSample(2000),
    'test/dog/0.png': await encodeSample(2001),
  });
  return folder;
}

/** Packs an image folder into memory, as an import with the usual choices does but for `changes`. */
export async function packFolder(
  folder: string,
  changes: Partial<Omit<PackDatasetOptions, 'params'>> & {
    params?: Partial<PackDatasetOptions['params']>;
  } = {},
): Promise<PackedDataset & { packs: MemoryPacks }> {
  const packs = new MemoryPacks();
  const packed = await packDataset({
    reason: 'it has train/',
    valList: null,
    seed: 7,
    openPack: packs.open,
    ...changes,
    source: changes.source ?? (await imageFolderReader.open(await listSource(folder))),
    params: { ...packParams(folder), ...changes.params },
  });
  if (packed === null) throw new Error('cancelled');
  return { ...packed, packs };
}

/** The usual choices of an import. */
export function packParams(path: string): PackDatasetOptions['params'] {
  return {
    path,
    name: 'pets',
    parts: null,
    valFraction: 0.2,
    valCap: 5000,
    onUnreadable: 'skip',
    known: null,
  };
}

/** Keeps packs in memory under ids made of one repeated digit, and says what became of each writer. */
export class MemoryPacks {
  readonly stored = new Map<string, Buffer>();
  readonly fates: ('finished' | 'discarded')[] = [];
  #opened = 0;

  readonly open = (): Promise<PackWriter> => {
    const parts: Uint8Array[] = [];
    const id = String(++this.#opened).repeat(64);
    return Promise.resolve({
      write: (bytes) => {
        parts.push(bytes);
        return Promise.resolve();
      },
      finish: () => {
        this.stored.set(id, Buffer.concat(parts));
        this.fates.push('finished');
        return Promise.resolve(id);
      },
      discard: () => {
        this.fates.push('discarded');
        return Promise.resolve();
      },
    });
  };
}
