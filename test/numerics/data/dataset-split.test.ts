import { describe, expect, test } from 'vitest';
import { type DatasetManifest } from '#numerics/data/dataset-manifest';
import { loadSplit, type LoadSplitOptions } from '#numerics/data/dataset-split';
import { packImageFolder } from '#numerics/data/import-image-folder';
import { decodeSquare, makeNormalizer } from '#numerics/data/preprocess';
import {
  encodeSample,
  makeImageFolder,
  makeTempFolder,
  MemoryPacks,
  writeFiles,
} from './image-folder-fixture';

const preprocessing = {
  mean: [0.5, 0.4, 0.3],
  std: [0.2, 0.3, 0.4],
} satisfies LoadSplitOptions['preprocessing'];

async function importFolder(folder: string): Promise<{ manifest: DatasetManifest; packs: MemoryPacks }> {
  const packs = new MemoryPacks();
  const params = { name: 'pets', valFraction: 0.2, valCap: 5000, onUnreadable: 'skip' } as const;
  const packed = await packImageFolder({ folder, params, seed: 7, openPack: packs.open });
  if (packed === null) throw new Error('cancelled');
  return { manifest: packed.dataset, packs };
}

function optionsFor(
  manifest: DatasetManifest,
  packs: MemoryPacks,
  split: 'train' | 'val' | 'test',
): LoadSplitOptions {
  const pack = packs.stored.get(manifest.splits[split].packArtifact ?? '');
  return {
    manifest,
    split,
    imageSize: 4,
    preprocessing,
    readPack: (offset, length) => Promise.resolve(pack!.subarray(offset, offset + length)),
  };
}

describe('loading a split', () => {
  test('gives normalized images and labels in the order asked for', async () => {
    const { manifest, packs } = await importFolder(await makeImageFolder());
    const progress: number[] = [];
    const split = await loadSplit({
      ...optionsFor(manifest, packs, 'test'),
      onProgress: (done) => progress.push(done),
    });
    expect(split).toMatchObject({ count: 2, imageSize: 4, classes: ['cat', 'dog'] });
    expect([...split.labels]).toEqual([0, 1]);
    expect(progress).toEqual([1, 2]);

    const { pixels, labels } = split.batchOf([1, 0, 1]);
    const normalize = makeNormalizer(preprocessing);
    const expected = new Float32Array(3 * 48);
    for (const [i, seed] of [2001, 2000, 2001].entries()) {
      normalize(await decodeSquare(await encodeSample(seed), 4), expected.subarray(i * 48, (i + 1) * 48));
    }
    expect(pixels).toEqual(expected);
    expect([...labels]).toEqual([1, 0, 1]);
  });

  test('reads a validation split out of the pack of train', async () => {
    const { manifest, packs } = await importFolder(await makeImageFolder());
    const split = await loadSplit(optionsFor(manifest, packs, 'val'));
    expect([...split.labels]).toEqual(manifest.splits.val.samples.map((sample) => sample.label));
  });

  test('refuses a split without images', async () => {
    const folder = await makeTempFolder();
    for (let i = 0; i < 4; i++) {
      await writeFiles(folder, { [`train/${i % 2}/${i}.png`]: await encodeSample(i) });
    }
    const { manifest, packs } = await importFolder(folder);
    await expect(loadSplit(optionsFor(manifest, packs, 'test'))).rejects.toMatchObject({
      code: 'dataset_layout',
      data: { dataset: 'pets', split: 'test' },
    });
  });

  test('refuses a split that would not fit the memory allowed', async () => {
    const { manifest, packs } = await importFolder(await makeImageFolder());
    const options = { ...optionsFor(manifest, packs, 'test'), memoryLimitBytes: 95 };
    await expect(loadSplit(options)).rejects.toMatchObject({
      code: 'invalid_input',
      data: { neededBytes: 96, memoryLimitBytes: 95 },
    });
    await expect(loadSplit({ ...options, memoryLimitBytes: 96 })).resolves.toMatchObject({ count: 2 });
  });

  test('names the image whose stored bytes are altered', async () => {
    const { manifest, packs } = await importFolder(await makeImageFolder());
    const { packArtifact, samples } = manifest.splits.test;
    packs.stored.get(packArtifact!)![samples[1].offset + 40] ^= 1;
    await expect(loadSplit(optionsFor(manifest, packs, 'test'))).rejects.toMatchObject({
      code: 'artifact_damaged',
      data: { file: 'test/dog/0.png' },
    });
  });
});
