import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { DatasetManifest, DatasetSample } from '#numerics/data/dataset-manifest';
import { RandomStream } from '#numerics/engine/random';

const WIDTH = 500;
const HEIGHT = 375;
const QUALITY = 90;
/** Sides of the random grids that are laid over each other, and how strong each is. */
const OCTAVES = [
  [3, 40],
  [8, 30],
  [24, 20],
  [70, 14],
] as const;
/** Deviation of the grain, which makes files about as long as those of photographs. */
const GRAIN = 10;
const PACK_ID = '0'.repeat(64);

/** JPEG files, both as files and as a pack. */
export interface BenchImages {
  readonly paths: readonly string[];
  readonly packPath: string;
  readonly manifest: DatasetManifest;
  /** Mean length of a file. */
  readonly meanBytes: number;
}

/**
 * Draws smooth random images of the size of ImageNet's, upright ones and lying ones in turns.
 *
 * @param folder takes the files
 * @param count how many
 */
export async function makeImages(folder: string, count: number): Promise<BenchImages> {
  await mkdir(folder, { recursive: true });
  const files: Buffer[] = [];
  const paths: string[] = [];
  const samples: DatasetSample[] = [];
  let offset = 0;
  for (let i = 0; i < count; i++) {
    const [width, height] = i % 2 === 0 ? [WIDTH, HEIGHT] : [HEIGHT, WIDTH];
    const bytes = await drawImage(width, height, i);
    const path = join(folder, `${i}.jpg`);
    await writeFile(path, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    samples.push({ name: `${i}.jpg`, label: i % 2, offset, length: bytes.length, sha256 });
    paths.push(path);
    files.push(bytes);
    offset += bytes.length;
  }
  const packPath = join(folder, 'pack');
  await writeFile(packPath, Buffer.concat(files));
  const splits = { train: { packArtifact: PACK_ID, samples } };
  const manifest = { name: 'bench', classes: ['even', 'odd'], splits } as unknown as DatasetManifest;
  return { paths, packPath, manifest, meanBytes: offset / count };
}

async function drawImage(width: number, height: number, seed: number): Promise<Buffer> {
  const stream = new RandomStream(seed, 'bench-image');
  const sum = new Float32Array(width * height * 3).fill(128);
  for (const [side, strength] of OCTAVES) {
    const grid = Uint8Array.from({ length: side * side * 3 }, () => stream.word() >>> 24);
    const smooth = await sharp(grid, { raw: { width: side, height: side, channels: 3 } })
      .resize(width, height, { kernel: 'cubic', fit: 'fill' })
      .raw()
      .toBuffer();
    smooth.forEach((value, i) => (sum[i] += ((value - 128) / 74) * strength));
  }
  const pixels = Uint8ClampedArray.from(sum, (value) => {
    const word = stream.word();
    const noise = ((word & 0xffff) + (word >>> 16)) / 65_536 - 1;
    return value + noise * GRAIN * Math.sqrt(6);
  });
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: QUALITY, mozjpeg: false })
    .toBuffer();
}
