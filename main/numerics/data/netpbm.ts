import { type RgbImage } from './resize-bicubic';
import { roundHalfToEven } from './round-half-to-even';

/** Larger images are refused: a few bytes can claim billions of pixels. */
const MAXIMUM_PIXELS = 100_000_000;

/** Comments make headers longer than they need to be, but not as long as this. */
const LONGEST_HEADER = 16_384;

/** White space or a comment, which counts as the line end that closes it. */
const gap = String.raw`(?:[ \t\n\v\f\r]|#[^\n\r]*[\n\r])`;
const signature = new RegExp(`^P[56](?:${gap}|#)`);
const header = new RegExp(String.raw`^P([56])${gap}+(\d{1,9})${gap}+(\d{1,9})${gap}+(\d{1,5})${gap}`);

/**
 * Recognizes binary Netpbm images, gray (P5) or color (P6), by the beginning of a file.
 *
 * @param bytes the encoded file
 */
export function isNetpbm(bytes: Uint8Array): boolean {
  return signature.test(latin1(bytes, 3));
}

/**
 * Wraps raw pixels of 8 bits as a binary Netpbm file.
 *
 * @param pixels height × width × channels
 * @param width in pixels
 * @param height in pixels
 * @param channels 1 for gray (P5), 3 for RGB (P6)
 * @returns the encoded file
 */
export function encodeNetpbm(pixels: Uint8Array, width: number, height: number, channels: 1 | 3): Uint8Array {
  const head = Buffer.from(`P${channels === 1 ? 5 : 6}\n${width} ${height}\n255\n`, 'latin1');
  const bytes = new Uint8Array(head.length + pixels.length);
  bytes.set(head);
  bytes.set(pixels, head.length);
  return bytes;
}

/**
 * Decodes a binary Netpbm file to 8-bit RGB as Pillow's `convert('RGB')` does: gray becomes three equal
 * channels, and values are scaled from the file's greatest value to 255, halves to the even number. Of
 * several images in one file the first is taken. Source: the `ppm` and `pgm` manual pages of Netpbm.
 *
 * @param bytes the encoded file
 * @returns height × width × 3
 * @throws {Error} if the file is cut short or damaged, is above 100 megapixels or has 16 bits per value
 */
export function decodeNetpbm(bytes: Uint8Array): RgbImage {
  const match = header.exec(latin1(bytes, LONGEST_HEADER));
  if (match === null) throw new Error('the header is not that of a binary Netpbm file');
  const channels = match[1] === '5' ? 1 : 3;
  const [width, height, maximum] = match.slice(2).map(Number);
  if (width === 0 || height === 0) throw new Error('the image has no pixels');
  if (width * height > MAXIMUM_PIXELS) throw new Error('the image is above 100 megapixels');
  if (maximum === 0) throw new Error('the greatest value is 0');
  if (maximum > 255) throw new Error('the image has 16 bits per value');
  const start = match[0].length;
  // A copy, which `slice` of a Buffer is not.
  const values = new Uint8Array(bytes.subarray(start, start + width * height * channels));
  if (values.length < width * height * channels) throw new Error('the image is cut short');
  if (maximum < 255) scale(values, maximum);
  return { pixels: channels === 3 ? values : repeatChannel(values), width, height };
}

function latin1(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(length, bytes.length)).toString('latin1');
}

function scale(values: Uint8Array, maximum: number): void {
  const scaled = Uint8Array.from({ length: 256 }, (_, value) =>
    Math.min(255, roundHalfToEven((value / maximum) * 255)),
  );
  for (let i = 0; i < values.length; i++) values[i] = scaled[values[i]];
}

function repeatChannel(gray: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(gray.length * 3);
  for (let i = 0; i < gray.length; i++) pixels.fill(gray[i], 3 * i, 3 * i + 3);
  return pixels;
}
