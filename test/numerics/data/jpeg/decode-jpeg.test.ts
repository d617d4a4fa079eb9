import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeJpeg } from '#numerics/data/jpeg/decode-jpeg';
import { fuzz } from '#test/support/fuzz';

/** Made by `generate/preprocessing.py` with Pillow. */
const golden = JSON.parse(
  readFileSync(new URL('../../../golden/preprocessing.json', import.meta.url), 'utf8'),
) as { readonly jpegs: readonly { readonly kind: string; readonly file: string; readonly pixels: string }[] };

const files = new Map(
  golden.jpegs.map(({ kind, file, pixels }) => [
    kind,
    { bytes: new Uint8Array(Buffer.from(file, 'base64')), pixels: Buffer.from(pixels, 'base64') },
  ]),
);
const common = ['4:2:0', '4:2:2', '4:4:4', 'coarse', 'restarts', 'own codes', 'gray'];

/** What libjpeg-turbo makes of a file; null if it finds something wrong. */
async function decodeBySharp(bytes: Uint8Array): Promise<Buffer | null> {
  const image = sharp(bytes, { failOn: 'error', ignoreIcc: true }).toColourspace('srgb').raw();
  return image.toBuffer().catch(() => null);
}

describe('decoding common JPEG files', () => {
  test.each(common)('gives the pixels of Pillow: %s', (kind) => {
    const { bytes, pixels } = files.get(kind)!;
    expect(Buffer.compare(decodeJpeg(bytes)!.pixels, pixels)).toBe(0);
  });

  test.each([
    [640, 480, '4:2:0'],
    [333, 500, '4:4:4'],
    [17, 16, '4:2:0'],
    [16, 1000, '4:4:4'],
  ] as const)('gives the pixels of libjpeg-turbo: %i × %i, %s', async (width, height, chromaSubsampling) => {
    const pixels = Uint8Array.from(
      { length: width * height * 3 },
      (_, i) => (i * i * 31 + (i >> 4) * 17) % 256,
    );
    for (const quality of [10, 75, 100]) {
      const bytes = await sharp(pixels, { raw: { width, height, channels: 3 } })
        .jpeg({ quality, chromaSubsampling })
        .toBuffer();
      expect(Buffer.compare(decodeJpeg(bytes)!.pixels, (await decodeBySharp(bytes))!)).toBe(0);
    }
  });

  test.each(['progressive', 'cmyk'])('leaves other files to the general decoder: %s', (kind) => {
    expect(decodeJpeg(files.get(kind)!.bytes)).toBeNull();
  });

  test('leaves files that are cut short to the general decoder, wherever they are', () => {
    const { bytes } = files.get('4:2:0')!;
    for (let length = 0; length < bytes.length; length++)
      expect(decodeJpeg(bytes.subarray(0, length))).toBeNull();
  });

  test('gives the pixels of libjpeg-turbo, or none, for damaged files', async () => {
    let compared = 0;
    const result = await fuzz({
      originals: common.map((kind) => files.get(kind)!.bytes),
      read: async (bytes) => {
        const image = decodeJpeg(bytes);
        if (image === null) return;
        const pixels = Uint8Array.from(image.pixels);
        const expected = await decodeBySharp(bytes);
        if (expected === null) throw new Error('the general decoder refuses the file');
        if (Buffer.compare(pixels, expected) !== 0) throw new Error('the pixels differ');
        compared++;
      },
      allowed: [],
    });
    expect(result.faults).toEqual([]);
    expect(compared).toBeGreaterThan(result.accepted / 20);
  });
});
