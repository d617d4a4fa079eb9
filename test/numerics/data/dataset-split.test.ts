import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { loadSplit, type DatasetSplit } from '#numerics/data/dataset-split';
import type { ImageRequest } from '#numerics/data/image-batch';
import { decodeSquare, makeNormalizer } from '#numerics/data/preprocess';
import { takeBatch } from '#test/support/take-batch';
import { makePack, preprocessing, type PackFixture } from './pack-fixture';

const SQUARE = 4 * 4 * 3;
let pack: PackFixture;

beforeEach(async () => {
  pack = await makePack(12);
});

/** What the images of a request are by definition. */
async function expectedPixels({ indices, crop }: ImageRequest): Promise<Float32Array> {
  const normalize = makeNormalizer(preprocessing);
  const pixels = new Float32Array(indices.length * SQUARE);
  for (const [i, index] of Array.from(indices).entries()) {
    const key = crop === null ? null : { seed: crop.seed, position: crop.position + i };
    const square = await decodeSquare(pack.files[index], 4, { crop: key });
    normalize(square, pixels.subarray(i * SQUARE, (i + 1) * SQUARE));
  }
  return pixels;
}

/** Whether a split holds its images must not be seen in what it gives. */
const ways = [
  { name: 'held', holdBytes: 12 * SQUARE },
  { name: 'decoded batch by batch', holdBytes: 12 * SQUARE - 1 },
];

describe.each(ways)('a split whose images are $name', ({ name, holdBytes }) => {
  const load = (): Promise<DatasetSplit> => loadSplit({ ...pack.options, holdBytes });

  test('gives normalized images and labels in the order asked for', async () => {
    const split = await load();
    expect(split).toMatchObject({ count: 12, classes: ['cat', 'dog'], isHeld: name === 'held' });
    expect([...split.labels]).toEqual(pack.samples.map(({ label }) => label));
    const { pixels, labels, imageSize } = await takeBatch(split, [11, 0, 11, 6]);
    expect(pixels).toEqual(await expectedPixels({ indices: [11, 0, 11, 6], crop: null }));
    expect([...labels]).toEqual([1, 0, 1, 0]);
    expect(imageSize).toBe(4);
  });

  test('gives batches of different sizes and crops one after the other', async () => {
    const requests: ImageRequest[] = [
      { indices: [0, 1, 2], crop: null },
      { indices: [3], crop: { seed: 7, position: 40 } },
      { indices: [5, 4, 3, 2, 1], crop: { seed: 7, position: 41 } },
      { indices: [6, 7], crop: null },
    ];
    const seen: Float32Array[] = [];
    for await (const { pixels } of (await load()).batches(requests)) {
      expect(pixels.buffer).toBeInstanceOf(ArrayBuffer);
      seen.push(pixels.slice());
    }
    expect(seen).toEqual(await Promise.all(requests.map(expectedPixels)));
  });

  test('may be left in the middle', async () => {
    const split = await load();
    const requests = Array.from({ length: 5 }, (_, i) => ({ indices: [i], crop: null }));
    for await (const { labels } of split.batches(requests)) {
      expect([...labels]).toEqual([0]);
      break;
    }
    expect([...(await takeBatch(split, [3])).labels]).toEqual([1]);
  });

  test('names the image whose stored bytes are altered', async () => {
    const bytes = readFileSync(pack.path);
    bytes[pack.samples[5].offset + 40] ^= 1;
    writeFileSync(pack.path, bytes);
    await expect(load().then((split) => takeBatch(split, [4, 5]))).rejects.toMatchObject({
      code: 'artifact_damaged',
      data: { file: 'train/1/5.png' },
    });
  });

  test('says when its pack is cut short or missing', async () => {
    truncateSync(pack.path, pack.samples[11].offset + 3);
    const read = () => load().then((split) => takeBatch(split, [11]));
    await expect(read()).rejects.toMatchObject({
      code: 'artifact_damaged',
      message: 'The image pack of pets train is shorter than its index.',
    });
    rmSync(pack.path);
    await expect(read()).rejects.toMatchObject({
      code: 'artifact_damaged',
      data: { artifactId: 'a'.repeat(64) },
    });
  });
});

describe('loading a split', () => {
  test('tells how many of the images that it holds are decoded', async () => {
    const progress: number[] = [];
    const onProgress = (done: number): void => void progress.push(done);
    await loadSplit({ ...pack.options, holdBytes: 12 * SQUARE, onProgress });
    expect(progress.at(-1)).toBe(12);
    await loadSplit({ ...pack.options, onProgress: () => expect.unreachable() });
  });

  test('refuses a split without images', async () => {
    await expect(loadSplit({ ...pack.options, split: 'test' })).rejects.toMatchObject({
      code: 'dataset_layout',
      data: { dataset: 'pets', split: 'test' },
    });
  });
});
