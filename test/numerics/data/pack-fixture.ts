import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { DatasetManifest, DatasetSample } from '#numerics/data/dataset-manifest';
import type { LoadSplitOptions } from '#numerics/data/dataset-split';
import { DecodePool } from '#numerics/data/loader/decode-pool';
import { tempFolder } from '#test/support/temp-folder';

/** Normalization of the fixture. */
export const preprocessing = {
  mean: [0.5, 0.4, 0.3],
  std: [0.2, 0.3, 0.4],
} satisfies LoadSplitOptions['preprocessing'];

/** Images in a pack, as an import leaves them. */
export interface PackFixture {
  readonly path: string;
  /** The encoded images. */
  readonly files: readonly Buffer[];
  readonly samples: readonly DatasetSample[];
  /** Options for loading the images, in this thread and without holding them unless told. */
  readonly options: LoadSplitOptions;
}

/** Makes a pack of small images of different sizes; image i has the label i mod 2. */
export async function makePack(count: number): Promise<PackFixture> {
  const path = join(tempFolder(), 'pack');
  const files: Buffer[] = [];
  const samples: DatasetSample[] = [];
  let offset = 0;
  for (let i = 0; i < count; i++) {
    const [width, height] = [8 + (i % 5), 6 + (i % 3)];
    const pixels = Uint8Array.from({ length: width * height * 3 }, (_, j) => (j * j * 31 + j * 17 + i) % 256);
    const bytes = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    samples.push({ name: `train/${i % 2}/${i}.png`, label: i % 2, offset, length: bytes.length, sha256 });
    files.push(bytes);
    offset += bytes.length;
  }
  writeFileSync(path, Buffer.concat(files));
  const empty = { packArtifact: null, samples: [] };
  const splits = { train: { packArtifact: 'a'.repeat(64), samples }, val: empty, test: empty };
  const manifest = { name: 'pets', classes: ['cat', 'dog'], splits } as unknown as DatasetManifest;
  const options: LoadSplitOptions = {
    manifest,
    split: 'train',
    imageSize: 4,
    preprocessing,
    pathOf: () => path,
    pool: new DecodePool({ entry: null, threads: 1 }),
    holdBytes: 0,
  };
  return { path, files, samples, options };
}
