import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { decodeImage, recognizeFormat, type ImageFormat } from './decode-image';
import { type ImageFile, type RefusedFile } from './read-image-folder';

/** An image that has been read and decodes completely. */
export interface InspectedImage {
  readonly file: ImageFile;
  /** The file as it is on disk. */
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`, lower-case hexadecimal. */
  readonly sha256: string;
  /** Size in pixels as stored, before any EXIF rotation. */
  readonly width: number;
  readonly height: number;
  /** What is odd about the file although it is accepted; `null` if nothing. */
  readonly warning: string | null;
}

const formatOfExtension: Readonly<Record<string, ImageFormat>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
};

/**
 * Reads an image file and decodes all of it, so that a file which is cut short is found now and not
 * in the middle of a training run.
 *
 * @param file the file
 * @returns the image, or the reason why it cannot be used
 */
export async function inspectImage(file: ImageFile): Promise<InspectedImage | RefusedFile> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file.path);
  } catch (error) {
    return { file: file.name, reason: `it cannot be read (${(error as NodeJS.ErrnoException).code ?? ''})` };
  }
  if (bytes.length === 0) return { file: file.name, reason: 'it is empty' };
  const format = recognizeFormat(bytes);
  if (format === null) return { file: file.name, reason: 'its content is not PNG, JPEG or WebP' };
  try {
    const { width, height } = await decodeImage(bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const expected = formatOfExtension[extname(file.name).toLowerCase()];
    const warning = format === expected ? null : `the content is ${format}, not ${expected}`;
    return { file, bytes, sha256, width, height, warning };
  } catch {
    // The decoder's own words differ from process to process, and the report must not.
    return { file: file.name, reason: `its ${format} data are damaged or cut short` };
  }
}
