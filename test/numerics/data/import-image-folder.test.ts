import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDatasetManifest } from '#numerics/data/dataset-manifest';
import {
  packImageFolder,
  type PackedImageFolder,
  type PackImageFolderOptions,
} from '#numerics/data/import-image-folder';
import { encodeSample, makeImageFolder, MemoryPacks, writeFiles } from './image-folder-fixture';

const params = { name: 'pets', valFraction: 0.2, valCap: 5000, onUnreadable: 'skip' } as const;

async function pack(
  folder: string,
  changes: Partial<PackImageFolderOptions> = {},
): Promise<PackedImageFolder & { packs: MemoryPacks }> {
  const packs = new MemoryPacks();
  const packed = await packImageFolder({ folder, params, seed: 7, openPack: packs.open, ...changes });
  if (packed === null) throw new Error('cancelled');
  return { ...packed, packs };
}

function names(samples: readonly { readonly name: string }[]): string[] {
  return samples.map((sample) => sample.name);
}

describe('importing an image folder', () => {
  test('gives back the bytes of every file from its place in the pack', async () => {
    const folder = await makeImageFolder();
    const { dataset, packs } = await pack(folder);
    for (const { packArtifact, samples } of Object.values(dataset.splits)) {
      for (const { name, offset, length, sha256 } of samples) {
        const stored = packs.stored.get(packArtifact!)!.subarray(offset, offset + length);
        expect(stored.equals(await readFile(join(folder, name)))).toBe(true);
        expect(createHash('sha256').update(stored).digest('hex')).toBe(sha256);
      }
    }
    expect(dataset.imageSize).toEqual({ minWidth: 8, maxWidth: 8, minHeight: 6, maxHeight: 6 });
  });

  test('makes a manifest that survives JSON', async () => {
    const { dataset } = await pack(await makeImageFolder());
    expect(parseDatasetManifest(JSON.stringify(dataset))).toEqual(dataset);
  });

  test('draws the validation split from train, disjoint, in folder order, and records how', async () => {
    const folder = await makeImageFolder();
    const { dataset, report } = await pack(folder);
    const train = names(dataset.splits.train.samples);
    const val = names(dataset.splits.val.samples);
    expect(dataset.splitRecord).toEqual({ valOrigin: 'train', seed: 7, valFraction: 0.2, valCap: 5000 });
    expect(val).toHaveLength(4);
    expect(val).toEqual([...val].sort());
    expect(train).toEqual([...train].sort());
    expect(new Set([...train, ...val]).size).toBe(20);
    expect(report.counts).toEqual({ train: 16, val: 4, test: 2 });
  });

  test('draws the same validation split for the same seed and another for another', async () => {
    const folder = await makeImageFolder();
    const first = names((await pack(folder)).dataset.splits.val.samples);
    const again = names((await pack(folder)).dataset.splits.val.samples);
    const other = names((await pack(folder, { seed: 8 })).dataset.splits.val.samples);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test('bounds the validation split from above by its cap and from below by one image', async () => {
    const folder = await makeImageFolder(4);
    const capped = await pack(folder, { params: { ...params, valFraction: 0.9, valCap: 2 } });
    expect(capped.report.counts).toEqual({ train: 6, val: 2, test: 2 });
    const tiny = await pack(folder, { params: { ...params, valFraction: 0.01 } });
    expect(tiny.report.counts).toEqual({ train: 7, val: 1, test: 2 });
  });

  test('keeps the validation split of the folder where it has one', async () => {
    const folder = await makeImageFolder();
    await writeFiles(folder, { 'val/dog/x.png': await encodeSample(3000) });
    const { dataset, report, packs } = await pack(folder);
    expect(report.counts).toEqual({ train: 20, val: 1, test: 2 });
    expect(dataset.splits.val.samples[0]).toMatchObject({ name: 'val/dog/x.png', label: 1, offset: 0 });
    expect(dataset.splitRecord).toEqual({ valOrigin: 'folder' });
    expect(packs.stored.size).toBe(3);
  });

  test.each(['png', 'jpeg', 'webp'] as const)('refuses a %s file that is cut short', async (format) => {
    const folder = await makeImageFolder(3);
    const whole = await encodeSample(5, format);
    await writeFiles(folder, {
      [`train/cat/half.${format}`]: whole.subarray(0, whole.length / 2),
      [`train/cat/end.${format}`]: whole.subarray(0, whole.length - 20),
      [`train/cat/whole.${format}`]: whole,
    });
    const { dataset, report } = await pack(folder);
    expect(report.refused.map(({ file }) => file)).toEqual([
      `train/cat/end.${format}`,
      `train/cat/half.${format}`,
    ]);
    expect(report.refused[0].reason).toMatch(/^its (png|jpeg|webp) data are damaged or cut short$/);
    const kept = names([...dataset.splits.train.samples, ...dataset.splits.val.samples]);
    expect(kept).toHaveLength(7);
    expect(kept).toContain(`train/cat/whole.${format}`);
  });

  test('refuses empty files and text called an image, and keeps the others', async () => {
    const folder = await makeImageFolder(3);
    await writeFiles(folder, {
      'train/cat/empty.png': new Uint8Array(0),
      'train/dog/text.png': Buffer.from('not an image'),
      'train/dog/vector.png': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'train/dog/list.txt': Buffer.from('1'),
    });
    const { report } = await pack(folder);
    expect(report.refused).toEqual([
      { file: 'train/dog/list.txt', reason: 'its extension is not png, jpg, jpeg or webp' },
      { file: 'train/cat/empty.png', reason: 'it is empty' },
      { file: 'train/dog/text.png', reason: 'its content is not PNG, JPEG or WebP' },
      { file: 'train/dog/vector.png', reason: 'its content is not PNG, JPEG or WebP' },
    ]);
    expect(report.counts).toEqual({ train: 5, val: 1, test: 2 });
  });

  test('accepts an image under the extension of another type with a warning', async () => {
    const folder = await makeImageFolder(3);
    await writeFiles(folder, { 'train/cat/photo.png': await encodeSample(5, 'jpeg') });
    const { report } = await pack(folder);
    expect(report.warnings).toEqual([
      { file: 'train/cat/photo.png', message: 'the content is jpeg, not png' },
    ]);
    expect(report.refused).toEqual([]);
  });

  test('names every refused file where one is enough to fail, and discards the packs', async () => {
    const folder = await makeImageFolder(3);
    const bad = Array.from({ length: 5 }, (_, i) => `train/cat/bad${i}.png`);
    await writeFiles(folder, Object.fromEntries(bad.map((name) => [name, new Uint8Array(0)])));
    const packs = new MemoryPacks();
    const failing = pack(folder, { params: { ...params, onUnreadable: 'fail' }, openPack: packs.open });
    await expect(failing).rejects.toMatchObject({
      code: 'dataset_refused_files',
      data: { files: bad.map((name) => `${name}: it is empty`) },
      message: expect.stringMatching(/^5 file.*bad0.*bad2.*and 2 more/) as unknown,
    });
    expect(packs.fates).toEqual(['discarded', 'discarded']);
  });

  test('rejects a class whose images are all refused', async () => {
    const folder = await makeImageFolder(3);
    await writeFiles(folder, { 'test/dog/0.png': new Uint8Array(0) });
    await expect(pack(folder)).rejects.toMatchObject({ code: 'dataset_layout', data: { place: 'test/dog' } });
  });

  test('counts images that two splits share', async () => {
    const folder = await makeImageFolder(3);
    const shared = await encodeSample(9000);
    await writeFiles(folder, {
      'train/cat/shared.png': shared,
      'val/cat/new.png': await encodeSample(9001),
      'test/cat/copy.png': shared,
      'test/dog/copy.png': shared,
    });
    const { report } = await pack(folder);
    expect(report.leaks).toEqual([
      {
        splits: ['train', 'test'],
        count: 2,
        examples: [
          ['train/cat/shared.png', 'test/cat/copy.png'],
          ['train/cat/shared.png', 'test/dog/copy.png'],
        ],
      },
    ]);
  });

  test('ends without a result and without packs when it is cancelled', async () => {
    const packs = new MemoryPacks();
    const progress: number[] = [];
    const packed = await packImageFolder({
      folder: await makeImageFolder(),
      params,
      seed: 7,
      openPack: packs.open,
      onProgress: (done) => progress.push(done),
      isCancelled: () => progress.length === 3,
    });
    expect(packed).toBeNull();
    expect(progress).toEqual([1, 2, 3]);
    expect(packs.fates).toEqual(['discarded']);
  });

  test('discards the packs when one cannot be written', async () => {
    const packs = new MemoryPacks();
    const openPack = async (): ReturnType<typeof packs.open> => ({
      ...(await packs.open()),
      write: () => Promise.reject(new Error('disk')),
    });
    await expect(pack(await makeImageFolder(), { openPack })).rejects.toThrow('disk');
    expect(packs.fates).toEqual(['discarded']);
  });
});

describe('parsing a dataset manifest', () => {
  test('tells damage from another kind of file', async () => {
    const { dataset } = await pack(await makeImageFolder(3));
    expect(() => parseDatasetManifest('{')).toThrow(expect.objectContaining({ code: 'artifact_damaged' }));
    expect(() => parseDatasetManifest('{"format":"other"}')).toThrow(
      expect.objectContaining({ code: 'wrong_artifact_kind' }),
    );
    dataset.splits.train.samples[0].label = 2;
    expect(() => parseDatasetManifest(JSON.stringify(dataset))).toThrow(
      expect.objectContaining({ code: 'artifact_damaged', data: { field: 'splits' } }),
    );
  });
});
