import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { AppError } from '#contract/errors';
import { decodeImage, recognizeFormat, type ImageFormat } from './decode-image';
import type { RefusedEntry, SourceImage } from './sources/dataset-source';

/** An image that has been read and decodes completely. */
export interface InspectedImage {
  readonly image: SourceImage;
  /** The encoded image. */
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`, lower-case hexadecimal. */
  readonly sha256: string;
  /** Digest of size and decoded pixels: equal for the same picture in another file or format. */
  readonly pixelHash: string;
  /** Size in pixels as stored, before any EXIF rotation. */
  readonly width: number;
  readonly height: number;
  /** What is odd about it although it is accepted; `null` if nothing. */
  readonly warning: string | null;
}

const formatOfExtension: Readonly<Partial<Record<string, ImageFormat>>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
  '.ppm': 'netpbm',
  '.pgm': 'netpbm',
};

/**
 * Reads an image and decodes all of it, so that one which is cut short is found now and not in the middle
 * of a training run.
 *
 * @param image the image
 * @returns what is known of it, or the reason why it cannot be used
 */
export async function inspectImage(image: SourceImage): Promise<InspectedImage | RefusedEntry> {
  const { name } = image;
  let bytes: Uint8Array;
  try {
    bytes = await image.read();
  } catch (error) {
    return { file: name, reason: `it cannot be read (${describe(error)})` };
  }
  if (bytes.length === 0) return { file: name, reason: 'it is empty' };
  const format = recognizeFormat(bytes);
  if (format === null) return { file: name, reason: 'its content is not PNG, JPEG, WebP or Netpbm' };
  try {
    const { width, height, pixels } = await decodeImage(bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const pixelHash = createHash('sha256').update(`${width}x${height}:`).update(pixels).digest('base64');
    const expected = formatOfExtension[extname(name).toLowerCase()];
    const warning =
      expected === undefined || format === expected ? null : `the content is ${format}, not ${expected}`;
    return { image, bytes, sha256, pixelHash, width, height, warning };
  } catch {
    // The decoder's own words differ from process to process, and the report must not.
    return { file: name, reason: `its ${format} data are damaged or cut short` };
  }
}

/** The system's code, or what a reader of ours says. */
function describe(error: unknown): string {
  if (error instanceof AppError) return error.message;
  return (error as NodeJS.ErrnoException).code ?? 'the reader failed';
}
