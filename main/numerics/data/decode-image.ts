import sharp from 'sharp';
import { type RgbImage } from './resize-bicubic';

/** Larger images are refused: a small file can claim billions of pixels. */
const MAXIMUM_PIXELS = 100_000_000;

/** The image formats that are read; recognized by content, not by the name of the file. */
export type ImageFormat = 'png' | 'jpeg' | 'webp';

/**
 * Recognizes an image format by the signature at the beginning of a file.
 *
 * @param bytes the encoded file
 * @returns the format, or `null` for anything else
 */
export function recognizeFormat(bytes: Uint8Array): ImageFormat | null {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'webp';
  return null;
}

/**
 * Decodes a PNG, JPEG or WebP file to 8-bit RGB as Pillow's `convert('RGB')` does: gray becomes
 * three equal channels, alpha is dropped without blending, of 16 bits the upper 8 are kept, the
 * color profile and the EXIF orientation are ignored, and of an animation the first frame is taken.
 *
 * @param bytes the encoded file
 * @returns height × width × 3
 * @throws {Error} the decoder's own error if the file is cut short, damaged or above 100 megapixels
 */
export async function decodeImage(bytes: Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(bytes, {
    failOn: 'error',
    ignoreIcc: true,
    limitInputPixels: MAXIMUM_PIXELS,
  })
    .removeAlpha()
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}
