import sharp, { type Sharp } from 'sharp';
import { decodeJpeg } from './jpeg/decode-jpeg';
import { countJpegComponents } from './jpeg-components';
import { decodeNetpbm, isNetpbm } from './netpbm';
import { type RgbImage } from './resize-bicubic';

/** Larger images are refused: a small file can claim billions of pixels. */
const MAXIMUM_PIXELS = 100_000_000;

/** The image formats that are read; recognized by content, not by the name of the file. */
export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'netpbm';

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
  if (isNetpbm(bytes)) return 'netpbm';
  return null;
}

/**
 * Decodes a PNG, JPEG, WebP or binary Netpbm file to 8-bit RGB as Pillow's `convert('RGB')` does: gray becomes
 * three equal channels, CMYK is converted without a color profile, alpha is dropped without blending,
 * of 16 bits the upper 8 are kept, the color profile and the EXIF orientation are ignored, and of an
 * animation the first frame is taken.
 *
 * @param bytes the encoded file
 * @returns height × width × 3; the caller's own
 * @throws {Error} the decoder's own error if the file is cut short, damaged or above 100 megapixels
 */
export async function decodeImage(bytes: Uint8Array): Promise<RgbImage> {
  const image = decodeJpeg(bytes);
  return image === null ? decodeAny(bytes) : { ...image, pixels: image.pixels.slice() };
}

/**
 * Decodes an image as {@link decodeImage} does, for one use. No memory is made for the pixels, or it is
 * given back at once: fresh memory for each image takes about as long as decoding.
 *
 * @param bytes the encoded file
 * @param use takes the image, which is overwritten when it returns
 * @returns what `use` returns
 * @throws {Error} the decoder's own error if the file is cut short, damaged or above 100 megapixels
 */
export async function useImage<T>(bytes: Uint8Array, use: (image: RgbImage) => T): Promise<T> {
  const common = decodeJpeg(bytes);
  if (common !== null) return use(common);
  const image = await decodeAny(bytes);
  const result = use(image);
  const { buffer, byteLength } = image.pixels;
  // The garbage collector does not see how large a decoder's buffers are.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
  return result;
}

async function decodeAny(bytes: Uint8Array): Promise<RgbImage> {
  const format = recognizeFormat(bytes);
  if (format === 'netpbm') return decodeNetpbm(bytes);
  const image = sharp(bytes, { failOn: 'error', ignoreIcc: true, limitInputPixels: MAXIMUM_PIXELS });
  const components = format === 'jpeg' ? countJpegComponents(bytes) : 0;
  // What most photographs are needs no conversion, and each one costs a pass over the pixels.
  if (components === 3) return toRgbImage(await readPixels(image));
  if (components === 4)
    return fromCmyk(await readPixels(image.pipelineColourspace('cmyk').toColourspace('cmyk')));
  return toRgbImage(await readPixels(image.removeAlpha().toColourspace('srgb')));
}

type RawPixels = Awaited<ReturnType<typeof readPixels>>;

function readPixels(image: Sharp) {
  return image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
}

function toRgbImage({ data, info }: RawPixels): RgbImage {
  return { pixels: data, width: info.width, height: info.height };
}

/** Pillow's conversion: each channel is what its ink, and the black above it, leave of white. */
function fromCmyk({ data, info: { width, height } }: RawPixels): RgbImage {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0, j = 0; i < pixels.length; i += 3, j += 4) {
    const white = 255 - data[j + 3];
    for (let channel = 0; channel < 3; channel++) {
      // Division by 255, rounded, in integers.
      const ink = data[j + channel] * white + 128;
      pixels[i + channel] = white - (((ink >> 8) + ink) >> 8);
    }
  }
  return { pixels, width, height };
}
