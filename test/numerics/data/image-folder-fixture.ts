import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import { type PackWriter } from '#numerics/data/pack-files';

export async function makeTempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tangent-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** An 8 × 6 image whose pixels depend on `seed`. */
export async function encodeSample(seed: number, format: 'png' | 'jpeg' | 'webp' = 'png'): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: 8 * 6 * 3 }, (_, i) => (i * i * 31 + i * 17 + seed * 101) % 256);
  return sharp(pixels, { raw: { width: 8, height: 6, channels: 3 } })
    .toFormat(format)
    .toBuffer();
}

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
