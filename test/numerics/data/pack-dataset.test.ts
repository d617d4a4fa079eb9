import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDatasetManifest } from '#numerics/data/dataset-manifest';
import { packDataset } from '#numerics/data/pack-dataset';
import { captionedFolderReader } from '#numerics/data/sources/captioned-folder';
import { dtdReader } from '#numerics/data/sources/dtd';
import { imageFolderReader } from '#numerics/data/sources/image-folder';
import { listSource } from '#numerics/data/sources/list-source';
import { torchPermutation } from '#numerics/data/torch-random';
import {
  encodeSample,
  makeImageFolder,
  makeTempFolder,
  MemoryPacks,
  packFolder,
  packParams,
  writeFiles,
} from './image-folder-fixture';

function names(samples: readonly { readonly name: string }[]): string[] {
  return samples.map((sample) => sample.name);
}

test('captions that only test images have are counted, not listed', async () => {
  const folder = await makeTempFolder();
  const describeImages = (captions: readonly string[]) =>
    Buffer.from(captions.map((text, i) => JSON.stringify({ file_name: `${i}.png`, text })).join('\n'));
  const captions = { train: ['one', 'two', 'one'], test: ['three', 'two', 'four'] };
  for (const [part, ofPart] of Object.entries(captions)) {
    await writeFiles(folder, { [`${part}/metadata.jsonl`]: describeImages(ofPart) });
    for (const i of ofPart.keys()) {
      await writeFiles(folder, { [`${part}/${i}.png`]: await encodeSample(10 * part.length + i) });
    }
  }
  const source = await captionedFolderReader.open(await listSource(folder));
  const { dataset, report } = await packFolder(folder, { source });
  expect(dataset.classes).toEqual(['four', 'one', 'three', 'two']);
  expect(dataset.splits.test.samples.map(({ label }) => dataset.classes[label])).toEqual(captions.test);
  expect(report.differences).toEqual([]);
  expect(report.notes).toEqual([
    'The captions are the classes: 4 distinct captions.',
    '2 captions have no training image.',
  ]);
  expect(parseDatasetManifest(JSON.stringify(dataset))).toEqual(dataset);
});

describe('importing an image folder', () => {
  test('gives back the bytes of every file from its place in the pack', async () => {
    const folder = await makeImageFolder();
    const { dataset, packs } = await packFolder(folder);
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
    const { dataset } = await packFolder(await makeImageFolder());
    expect(parseDatasetManifest(JSON.stringify(dataset))).toEqual(dataset);
  });

  test('draws the validation split as the reference does: the end of a permutation of PyTorch', async () => {
    const folder = await makeImageFolder();
    const { dataset, report } = await packFolder(folder);
    const inOrder = ['cat', 'dog'].flatMap((name) =>
      Array.from({ length: 10 }, (_, i) => `train/${name}/${i}.png`),
    );
    const shuffled = Array.from(torchPermutation(20, 7), (i) => inOrder[i]);
    expect(names(dataset.splits.train.samples)).toEqual(shuffled.slice(0, 16));
    expect(names(dataset.splits.val.samples)).toEqual(shuffled.slice(16));
    expect(dataset.splitRecord).toEqual({
      valOrigin: 'train',
      rule: 'torch-random-split',
      seed: 7,
      valFraction: 0.2,
      valCap: 5000,
    });
    expect(dataset.splits.val.packArtifact).toBe(dataset.splits.train.packArtifact);
    expect(report.counts).toEqual({ train: 16, val: 4, test: 2 });
  });

  test('draws the same validation images when one image cannot be read', async () => {
    const folder = await makeImageFolder();
    const whole = names((await packFolder(folder)).dataset.splits.val.samples);
    const lost = whole[1];
    await writeFiles(folder, { [lost]: new Uint8Array(0), 'train/cat/3.png': new Uint8Array(0) });
    const { dataset, report } = await packFolder(folder);
    const expected = whole.filter((name) => name !== lost && name !== 'train/cat/3.png');
    expect(names(dataset.splits.val.samples)).toEqual(expected);
    expect(report.refused.map(({ file }) => file).sort()).toEqual(['train/cat/3.png', lost].sort());
  });

  test('refuses a list beside a part for val', async () => {
    const folder = await makeImageFolder(3);
    await writeFiles(folder, { 'val/dog/x.png': await encodeSample(3000) });
    const valList = { names: ['train/dog/2.png'], fingerprint: 'a'.repeat(64) };
    await expect(packFolder(folder, { valList })).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test('lets the files decide where they are not divided as the known dataset usually is', async () => {
    const folder = await makeImageFolder();
    const known = { name: 'Pets', classCount: 2, counts: { train: 20, val: null, test: 2 } };
    const usual = { train: ['train'], val: [], test: ['val'] };
    const extra = { ...usual, train: ['train', 'extra'], test: ['test'] };
    const missing = await packFolder(folder, {
      params: { known: { ...known, parts: { 'image-folder': extra } } },
    });
    expect(missing.report.counts).toEqual({ train: 16, val: 4, test: 2 });
    expect(missing.report.differences).toEqual(['Pets: it usually has the parts extra, which are not here']);
    await writeFiles(folder, {
      'val/dog/x.png': await encodeSample(3000),
      'val/cat/x.png': await encodeSample(3001),
    });
    const both = await packFolder(folder, {
      params: { known: { ...known, parts: { 'image-folder': usual } } },
    });
    expect(both.dataset.splitRecord).toEqual({ valOrigin: 'folder' });
    expect(both.report.differences[0]).toBe(
      'Pets: its test split is usually the part val, but here is a part test',
    );
  });

  test('orders the images of several lists as torchvision orders those of one folder', async () => {
    const folder = await makeTempFolder();
    const images = ['dotted/d_2', 'banded/b_1', 'banded/b_3', 'dotted/d_5', 'banded/b_4'];
    for (const [i, name] of images.entries()) {
      await writeFiles(folder, { [`images/${name}.png`]: await encodeSample(i) });
    }
    const list = (...names: string[]) => Buffer.from(names.map((name) => `${name}.png`).join('\n'));
    await writeFiles(folder, {
      'labels/train1.txt': list('dotted/d_2', 'banded/b_3'),
      'labels/val1.txt': list('banded/b_1', 'dotted/d_5'),
      'labels/test1.txt': list('banded/b_4'),
    });
    const source = await dtdReader.open(await listSource(folder));
    const { dataset } = await packFolder(folder, { source, params: { valFraction: 0.01 } });
    const sorted = ['banded/b_1', 'banded/b_3', 'dotted/d_2', 'dotted/d_5'].map(
      (name) => `images/${name}.png`,
    );
    const shuffled = Array.from(torchPermutation(4, 7), (i) => sorted[i]);
    expect(names(dataset.splits.train.samples)).toEqual(shuffled.slice(0, 3));
    expect(names(dataset.splits.val.samples)).toEqual(shuffled.slice(3));
  });

  test('says which parts are in no split', async () => {
    const folder = await makeImageFolder();
    const { report } = await packFolder(folder, {
      params: { parts: { train: ['train'], val: [], test: [] } },
    });
    expect(report.notes).toEqual(['the part test is in no split']);
  });

  test('takes the validation images that a list names', async () => {
    const folder = await makeImageFolder(3);
    const valList = { names: ['train/dog/2.png', 'train/cat/0.png'], fingerprint: 'a'.repeat(64) };
    const { dataset } = await packFolder(folder, { valList });
    expect(names(dataset.splits.val.samples)).toEqual(['train/cat/0.png', 'train/dog/2.png']);
    expect(dataset.splits.train.samples).toHaveLength(4);
    expect(dataset.splitRecord).toEqual({ valOrigin: 'list', fingerprint: valList.fingerprint });
  });

  test.each([
    ['test/cat/0.png', 'which is not in train'],
    ['train/cat/9.png', 'which is not in train'],
  ])('refuses a list with %s', async (name, problem) => {
    const folder = await makeImageFolder(3);
    const packing = packFolder(folder, { valList: { names: [name], fingerprint: 'a'.repeat(64) } });
    await expect(packing).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(problem) as unknown,
    });
  });

  test('makes splits of the parts that are named, as the known dataset has them, or as the format does', async () => {
    const folder = await makeImageFolder();
    await writeFiles(folder, {
      'val/dog/x.png': await encodeSample(3000),
      'val/cat/x.png': await encodeSample(3001),
    });
    const chosen = await packFolder(folder, {
      params: { parts: { train: ['train'], val: [], test: ['val'] } },
    });
    expect(chosen.report.counts).toEqual({ train: 16, val: 4, test: 2 });
    expect(names(chosen.dataset.splits.test.samples)).toEqual(['val/cat/x.png', 'val/dog/x.png']);
    const known = {
      name: 'Pets',
      classCount: 3,
      counts: { train: 22, val: null, test: 2 },
      parts: { 'image-folder': { train: ['train', 'val'], val: [], test: ['test'] } },
    };
    const asKnown = await packFolder(folder, { params: { known } });
    expect(asKnown.report.counts).toEqual({ train: 18, val: 4, test: 2 });
    expect(asKnown.dataset.known).toBe('Pets');
    expect(asKnown.report.differences).toEqual(['Pets has 3 classes; here are 2']);
  });

  test('says exactly what differs from the known dataset', async () => {
    const known = { name: 'Pets', classCount: 2, counts: { train: 25, val: 3, test: 1 }, parts: {} };
    const { report } = await packFolder(await makeImageFolder(), { params: { known } });
    expect(report.differences).toEqual([
      'train of Pets has 25 images; here are 20 (5 too few)',
      'val of Pets has 3 images; here are 0 (3 too few)',
      'test of Pets has 1 images; here are 2 (1 too many)',
    ]);
  });

  test.each([
    [{ train: ['train'], val: [], test: ['tset'] }, 'dataset_layout', 'it has train, test'],
    [{ train: ['train'], val: ['train'], test: [] }, 'invalid_input', 'cannot be in two splits'],
  ])('refuses the parts %j', async (parts, code, message) => {
    const packing = packFolder(await makeImageFolder(3), { params: { parts } });
    await expect(packing).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as unknown,
    });
  });

  test('draws the same validation split for the same seed and another for another', async () => {
    const folder = await makeImageFolder();
    const first = names((await packFolder(folder)).dataset.splits.val.samples);
    const again = names((await packFolder(folder)).dataset.splits.val.samples);
    const other = names((await packFolder(folder, { seed: 8 })).dataset.splits.val.samples);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test('bounds the validation split from above by its cap and from below by one image', async () => {
    const folder = await makeImageFolder(4);
    const capped = await packFolder(folder, { params: { valFraction: 0.9, valCap: 2 } });
    expect(capped.report.counts).toEqual({ train: 6, val: 2, test: 2 });
    const tiny = await packFolder(folder, { params: { valFraction: 0.01 } });
    expect(tiny.report.counts).toEqual({ train: 7, val: 1, test: 2 });
  });

  test('keeps the validation split of the folder where it has one', async () => {
    const folder = await makeImageFolder();
    await writeFiles(folder, { 'val/dog/x.png': await encodeSample(3000) });
    const { dataset, report, packs } = await packFolder(folder);
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
    const { dataset, report } = await packFolder(folder);
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
    const { report } = await packFolder(folder);
    expect(report.refused).toEqual([
      { file: 'train/dog/list.txt', reason: 'its extension is not png, jpg, jpeg, webp, ppm or pgm' },
      { file: 'train/cat/empty.png', reason: 'it is empty' },
      { file: 'train/dog/text.png', reason: 'its content is not PNG, JPEG, WebP or Netpbm' },
      { file: 'train/dog/vector.png', reason: 'its content is not PNG, JPEG, WebP or Netpbm' },
    ]);
    expect(report.counts).toEqual({ train: 5, val: 1, test: 2 });
  });

  test('accepts an image under the extension of another type with a warning', async () => {
    const folder = await makeImageFolder(3);
    await writeFiles(folder, { 'train/cat/photo.png': await encodeSample(5, 'jpeg') });
    const { report } = await packFolder(folder);
    expect(report.warnings).toEqual([
      { file: 'train/cat/photo.png', reason: 'the content is jpeg, not png' },
    ]);
    expect(report.refused).toEqual([]);
  });

  test('names every refused file where one is enough to fail, and discards the packs', async () => {
    const folder = await makeImageFolder(3);
    const bad = Array.from({ length: 5 }, (_, i) => `train/cat/bad${i}.png`);
    await writeFiles(folder, Object.fromEntries(bad.map((name) => [name, new Uint8Array(0)])));
    const packs = new MemoryPacks();
    const failing = packFolder(folder, { params: { onUnreadable: 'fail' }, openPack: packs.open });
    await expect(failing).rejects.toMatchObject({
      code: 'dataset_refused_files',
      data: { files: bad.map((name) => `${name}: it is empty`) },
      message: expect.stringMatching(/^5 file.*bad0.*bad2.*and 2 more/) as unknown,
    });
    expect(packs.fates).toEqual(['discarded', 'discarded']);
  });

  test('says which classes have no training image that can be used', async () => {
    const folder = await makeImageFolder(3);
    const empty = Object.fromEntries([0, 1, 2].map((i) => [`train/dog/${i}.png`, new Uint8Array(0)]));
    await writeFiles(folder, empty);
    const { report } = await packFolder(folder);
    expect(report.differences).toEqual(['1 classes have no training image that can be used: dog']);
  });

  test('refuses a dataset of which no training image can be used', async () => {
    const folder = await makeImageFolder(1);
    await writeFiles(folder, { 'train/dog/0.png': new Uint8Array(0) });
    await expect(packFolder(folder)).rejects.toMatchObject({
      code: 'dataset_layout',
      data: { place: 'train' },
    });
  });

  test('counts images that two splits share', async () => {
    const folder = await makeImageFolder(3);
    const shared = await encodeSample(9000);
    // The same pixels in another file format are the same image.
    const copy = await encodeSample(9000, 'webp-lossless');
    await writeFiles(folder, {
      'train/cat/shared.png': shared,
      'val/cat/new.png': await encodeSample(9001),
      'test/cat/copy.png': shared,
      'test/dog/copy.webp': copy,
    });
    const { report } = await packFolder(folder);
    expect(report.leaks).toEqual([
      {
        splits: ['train', 'test'],
        count: 2,
        examples: [
          ['train/cat/shared.png', 'test/cat/copy.png'],
          ['train/cat/shared.png', 'test/dog/copy.webp'],
        ],
      },
    ]);
  });

  test('ends without a result and without packs when it is cancelled', async () => {
    const packs = new MemoryPacks();
    const progress: number[] = [];
    const folder = await makeImageFolder();
    const packed = await packDataset({
      source: await imageFolderReader.open(await listSource(folder)),
      reason: '',
      params: packParams(folder),
      valList: null,
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
    await expect(packFolder(await makeImageFolder(), { openPack })).rejects.toThrow('disk');
    expect(packs.fates).toEqual(['discarded']);
  });
});

describe('parsing a dataset manifest', () => {
  test('tells damage from another kind of file', async () => {
    const { dataset } = await packFolder(await makeImageFolder(3));
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
