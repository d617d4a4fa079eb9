import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeSquare, makeNormalizer } from '#numerics/data/preprocess';

interface Golden {
  readonly cases: readonly {
    readonly width: number;
    readonly height: number;
    readonly size: number;
    readonly pixels: readonly number[];
  }[];
}
const golden = JSON.parse(
  readFileSync(new URL('golden/pillow-resize.json', import.meta.url), 'utf8'),
) as Golden;

function encode(pixels: Uint8Array, width: number, channels: 1 | 2 | 3 | 4 = 3): Promise<Buffer> {
  const height = pixels.length / width / channels;
  return sharp(pixels, { raw: { width, height, channels } }).png().toBuffer();
}

/** A PNG with 16 bits per channel, written by hand; `colorType` 0 is gray, 2 is RGB. */
function encode16(values: readonly number[], width: number, colorType: 0 | 2): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const framed = Buffer.alloc(8 + data.length + 4);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), 8 + data.length);
    return framed;
  };
  const header = Buffer.from([0, 0, 0, width, 0, 0, 0, 1, 16, colorType, 0, 0, 0]);
  const row = Buffer.from([0, ...values.flatMap((value) => [value >> 8, value & 255])]);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(row)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('bringing an image to a square', () => {
  test.each(golden.cases)('agrees byte for byte with Pillow for $width × $height → $size', async (golden) => {
    const { width, height, size } = golden;
    const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * 31 + i * 17) % 256);
    expect([...(await decodeSquare(await encode(pixels, width), size))]).toEqual(golden.pixels);
  });

  test('leaves a constant image constant', async () => {
    const pixels = Uint8Array.from({ length: 37 * 23 * 3 }, (_, i) => [200, 3, 255][i % 3]);
    const square = await decodeSquare(await encode(pixels, 37), 16);
    expect(square).toHaveLength(16 * 16 * 3);
    expect(square.every((value, i) => value === [200, 3, 255][i % 3])).toBe(true);
  });

  test('leaves an image of the right size alone', async () => {
    const pixels = Uint8Array.from({ length: 4 * 4 * 3 }, (_, i) => i * 5);
    expect([...(await decodeSquare(await encode(pixels, 4), 4))]).toEqual([...pixels]);
  });

  test('cuts the longer side at the center and an odd remainder as Python rounds it', async () => {
    const column = async (width: number): Promise<number> => {
      const pixels = Uint8Array.from({ length: width * 4 * 3 }, (_, i) => Math.floor(i / 3) % width);
      return (await decodeSquare(await encode(pixels, width), 4))[0];
    };
    expect(await Promise.all([4, 5, 6, 7, 8, 9].map(column))).toEqual([0, 0, 1, 2, 2, 2]);
  });

  test('makes gray images colored and drops alpha without blending', async () => {
    const gray = await encode(Uint8Array.of(10, 20, 30, 40), 2, 1);
    expect([...(await decodeSquare(gray, 2))]).toEqual([10, 10, 10, 20, 20, 20, 30, 30, 30, 40, 40, 40]);
    const transparent = await encode(Uint8Array.of(9, 8, 7, 0), 1, 4);
    expect([...(await decodeSquare(transparent, 1))]).toEqual([9, 8, 7]);
  });

  test('keeps the upper eight of sixteen bits', async () => {
    const color = encode16([0x1234, 0x80ff, 0xffff], 1, 2);
    expect([...(await decodeSquare(color, 1))]).toEqual([0x12, 0x80, 0xff]);
    const gray = encode16([0x80ff], 1, 0);
    expect([...(await decodeSquare(gray, 1))]).toEqual([0x80, 0x80, 0x80]);
  });

  test('does not turn an image by its EXIF orientation', async () => {
    const pixels = Uint8Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4);
    const turned = await sharp(await encode(pixels, 2))
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    expect((await sharp(turned).metadata()).orientation).toBe(6);
    expect([...(await decodeSquare(turned, 2))]).toEqual([...pixels]);
  });
});

describe('normalizing pixels', () => {
  test('subtracts the mean and divides by the deviation of each channel', () => {
    const normalize = makeNormalizer({ mean: [0.5, 0.25, 0], std: [0.5, 0.25, 2] });
    const values = new Float32Array(6);
    normalize(Uint8Array.of(255, 255, 255, 0, 0, 0), values);
    expect([...values]).toEqual([1, 3, 0.5, -1, -1, 0]);
  });

  test('gives the float32 values of torchvision for the CLIP constants', () => {
    const normalize = makeNormalizer({
      mean: [0.48145466, 0.4578275, 0.40821073],
      std: [0.26862954, 0.26130258, 0.27577711],
    });
    const values = new Float32Array(3);
    normalize(Uint8Array.of(0, 128, 255), values);
    expect([...values]).toEqual([-1.7922625541687012, 0.16889731585979462, 2.1458969116210938]);
  });
});
