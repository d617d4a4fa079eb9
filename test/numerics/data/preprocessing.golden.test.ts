import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { drawCropBox } from '#numerics/data/crop-box';
import { decodeImage } from '#numerics/data/decode-image';
import { decodeSquare, makeNormalizer } from '#numerics/data/preprocess';
import { resizeBicubic, type RgbImage } from '#numerics/data/resize-bicubic';

interface ImageCase {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly contrast: boolean;
  readonly size: number;
  readonly sha256: string;
}

type Box = readonly [left: number, top: number, width: number, height: number];
type Channels = [number, number, number];

/** Made by `generate/preprocessing.py` with torchvision and Pillow. */
const golden = JSON.parse(
  readFileSync(new URL('../../golden/preprocessing.json', import.meta.url), 'utf8'),
) as {
  readonly squares: readonly ImageCase[];
  readonly crops: readonly (ImageCase & { readonly box: Box })[];
  readonly normalizations: readonly {
    readonly mean: Channels;
    readonly std: Channels;
    readonly values: string;
  }[];
  readonly jpegs: readonly {
    readonly kind: string;
    readonly width: number;
    readonly height: number;
    readonly file: string;
    readonly pixels: string;
  }[];
  readonly boxes: readonly {
    readonly width: number;
    readonly height: number;
    readonly seed: number;
    readonly position: number;
    readonly box: Box;
  }[];
};

/** The bytes that the generating script makes as well. */
function makeBytes({ width, height, channels, contrast }: ImageCase): Uint8Array {
  return Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const value = (i * i * 31 + i * 17 + Math.floor(i / 7) * 13 + Math.floor(i / 1021) * 101) % 256;
    return contrast ? Math.floor(value / 128) * 255 : value;
  });
}

function toRgb(bytes: Uint8Array, { width, height, channels }: ImageCase): RgbImage {
  const pixels =
    channels === 3
      ? bytes
      : Uint8Array.from({ length: bytes.length * 3 }, (_, i) => bytes[Math.floor(i / 3)]);
  return { pixels, width, height };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

describe('squares for evaluation', () => {
  test.each(golden.squares)(
    'are those of torchvision for $width × $height × $channels → $size (contrast $contrast)',
    async (image) => {
      const { width, height, channels, size } = image;
      const file = await sharp(makeBytes(image), { raw: { width, height, channels } }).png().toBuffer();
      expect(sha256(await decodeSquare(file, size))).toBe(image.sha256);
    },
  );
});

describe('parts of images', () => {
  test.each(golden.crops)(
    'are resized as by torchvision: $box of $width × $height × $channels → $size (contrast $contrast)',
    (image) => {
      const [left, top, width, height] = image.box;
      const all = { size: image.size, start: 0, count: image.size };
      const target = new Uint8Array(image.size ** 2 * 3);
      const columns = { from: left, length: width, ...all };
      resizeBicubic(toRgb(makeBytes(image), image), columns, { from: top, length: height, ...all }, target);
      expect(sha256(target)).toBe(image.sha256);
    },
  );

  test.each(golden.boxes)(
    'are drawn by the rule of torchvision: $width × $height, seed $seed, position $position',
    ({ width, height, seed, position, box }) => {
      const drawn = drawCropBox(width, height, { seed, position });
      expect([drawn.left, drawn.top, drawn.width, drawn.height]).toEqual(box);
    },
  );
});

describe('input values', () => {
  test.each(golden.normalizations)('are those of torchvision for the mean $mean', ({ mean, std, values }) => {
    const bytes = Uint8Array.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3));
    const normalized = new Float32Array(bytes.length);
    makeNormalizer({ mean, std })(bytes, normalized);
    expect(new Uint8Array(normalized.buffer)).toEqual(bytesOf(values));
  });
});

describe('JPEG files', () => {
  test.each(golden.jpegs)('are decoded as by Pillow: $kind', async ({ width, height, file, pixels }) => {
    const decoded = await decodeImage(bytesOf(file));
    expect([decoded.width, decoded.height]).toEqual([width, height]);
    expect(Buffer.compare(decoded.pixels, bytesOf(pixels))).toBe(0);
  });
});
