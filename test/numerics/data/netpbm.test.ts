import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeNetpbm, encodeNetpbm, isNetpbm } from '#numerics/data/netpbm';
import { fuzzCount, mutate } from '#test/support/fuzz';

interface GoldenFile {
  readonly name: string;
  readonly bytes: string;
  readonly width: number;
  readonly height: number;
  readonly pixels: string;
}

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/datasets/netpbm.json'), 'utf8'),
) as readonly GoldenFile[];

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('reading Netpbm images', () => {
  test.each(golden)('agrees with Pillow: $name', ({ bytes, width, height, pixels }) => {
    const file = Buffer.from(bytes, 'base64');
    const image = decodeNetpbm(file);
    expect(isNetpbm(file)).toBe(true);
    expect([image.width, image.height]).toEqual([width, height]);
    expect(Buffer.from(image.pixels)).toEqual(Buffer.from(pixels, 'base64'));
  });

  test('reads the pixels that it wrote', () => {
    const pixels = Uint8Array.from({ length: 24 }, (_, i) => 10 * i);
    expect(decodeNetpbm(encodeNetpbm(pixels, 4, 2, 3))).toEqual({ pixels, width: 4, height: 2 });
    const gray = decodeNetpbm(encodeNetpbm(pixels, 6, 4, 1));
    expect(gray.pixels).toEqual(Uint8Array.from({ length: 72 }, (_, i) => pixels[Math.floor(i / 3)]));
  });

  test('takes a comment after the greatest value for the white space before the pixels', () => {
    expect(decodeNetpbm(latin1('P5 2 1 255#end\n\n#')).pixels).toEqual(Uint8Array.of(10, 10, 10, 35, 35, 35));
  });

  test('leaves the bytes of the file as they are', () => {
    const file = latin1('P6 1 1 3 \x01\x02\x03');
    const image = decodeNetpbm(file);
    expect(image.pixels).toEqual(Uint8Array.of(85, 170, 255));
    expect(file).toEqual(latin1('P6 1 1 3 \x01\x02\x03'));
  });

  test.each([
    ['', false],
    ['P', false],
    ['P6', false],
    ['P6\n', true],
    ['P5#', true],
    ['P3 1 1 255 0 0 0', false],
    ['P61', false],
    ['\x89PNG', false],
  ])('says of %j whether it is Netpbm: %s', (text, expected) => {
    expect(isNetpbm(latin1(text))).toBe(expected);
  });

  test.each<[string, string]>([
    ['P4 8 1 0', 'the header is not that of a binary Netpbm file'],
    ['P6 1 1', 'the header is not that of a binary Netpbm file'],
    ['P6 1 1 255', 'the header is not that of a binary Netpbm file'],
    ['P6 -1 1 255 abc', 'the header is not that of a binary Netpbm file'],
    ['P6 1x1 255 abc', 'the header is not that of a binary Netpbm file'],
    [`P6 ${'#\n'.repeat(9000)} 1 1 255 abc`, 'the header is not that of a binary Netpbm file'],
    ['P6 #endless', 'the header is not that of a binary Netpbm file'],
    ['P6 0 1 255 abc', 'the image has no pixels'],
    ['P6 1 0 255 abc', 'the image has no pixels'],
    ['P5 100000 1001 255 abc', 'the image is above 100 megapixels'],
    ['P6 999999999 999999999 255 abc', 'the image is above 100 megapixels'],
    ['P6 1 1 0 abc', 'the greatest value is 0'],
    ['P6 1 1 256 abcdef', 'the image has 16 bits per value'],
    ['P6 1 1 255 ab', 'the image is cut short'],
    ['P5 2 2 255 abc', 'the image is cut short'],
  ])('refuses %#: $1', (text, message) => {
    expect(() => decodeNetpbm(latin1(text))).toThrow(message);
  });

  test('meets damaged files with an image of the stated size or an error', () => {
    const files = golden.map(({ bytes }) => Buffer.from(bytes, 'base64'));
    for (let seed = 0; seed < fuzzCount; seed++) {
      const bytes = mutate(files[seed % files.length], seed);
      let image;
      try {
        image = decodeNetpbm(bytes);
      } catch (error) {
        expect((error as Error).message).toMatch(/^the (header|image|greatest value) /);
        continue;
      }
      expect(image.pixels).toHaveLength(image.width * image.height * 3);
    }
  });
});
