import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeImage } from '#numerics/data/decode-image';
import { decodeNetpbm, isNetpbm } from '#numerics/data/netpbm';
import { type RgbImage } from '#numerics/data/resize-bicubic';
import { type DatasetReader, type DatasetSource } from '#numerics/data/sources/dataset-source';
import { listSource } from '#numerics/data/sources/list-source';
import { fuzz, type FuzzResult } from '#test/support/fuzz';
import { tempFolder } from '#test/support/temp-folder';
import { entriesOf, fixtureFolder, readToEnd } from './source-fixture';

/** An image as another program reads it. */
export interface GoldenImage {
  readonly name: string;
  readonly label: number;
  /** Of the RGB pixels. */
  readonly sha256: string;
}

/** Reads what another program made of a fixture. */
export function readGolden(name: string): unknown {
  return JSON.parse(readFileSync(join(fixtureFolder, name), 'utf8'));
}

/** All images of a part with the hashes of their pixels. */
export async function imagesOf(source: DatasetSource, part: string): Promise<GoldenImage[]> {
  const images: GoldenImage[] = [];
  for (const entry of await entriesOf(source, part)) {
    if ('reason' in entry) throw new Error(`${entry.file}: ${entry.reason}`);
    const { pixels } = await decode(await entry.read());
    const sha256 = createHash('sha256').update(pixels).digest('hex');
    images.push({ name: entry.name, label: entry.label, sha256 });
  }
  return images;
}

/** Decodes an image of any format that a reader may give. */
export async function decode(bytes: Uint8Array): Promise<RgbImage> {
  return isNetpbm(bytes) ? decodeNetpbm(bytes) : decodeImage(bytes);
}

/** Copies a fixture so that a test can change it. */
export function copyFixture(name: string): string {
  const folder = tempFolder();
  cpSync(join(fixtureFolder, name), folder, { recursive: true });
  return folder;
}

/**
 * Reads copies of a fixture in which one file is damaged, a different one each time.
 *
 * @param reader what reads them
 * @param fixture name of the intact fixture
 * @param names which files are damaged; images that are files of their own are not looked into
 */
export async function fuzzReader(reader: DatasetReader, fixture: string, names = /./): Promise<FuzzResult> {
  const folder = copyFixture(fixture);
  const listing = await listSource(folder);
  const paths = listing.files.filter((name) => names.test(name)).map((name) => join(folder, name));
  const originals = paths.map((path) => readFileSync(path));
  return fuzz({
    originals,
    allowed: ['dataset_format', 'dataset_layout'],
    read: async (bytes, which) => {
      writeFileSync(paths[which], bytes);
      try {
        await readToEnd(reader, listing);
      } finally {
        writeFileSync(paths[which], originals[which]);
      }
    },
  });
}
