import { prefetch } from './prefetch';
import { type ImageSource } from './image-source';

const IMAGES_AT_ONCE = 32;
const PARTS_AHEAD = 3;

/**
 * Decodes all images of a split, cut at the center.
 *
 * @param source the split
 * @param onProgress told how many are done
 * @returns N × S × S × 3, 8 bits
 * @throws {AppError} `artifact_damaged` if the bytes of an image are not those imported
 */
export async function holdImages(
  source: ImageSource,
  onProgress?: (done: number, total: number) => void,
): Promise<Uint8Array> {
  const { pool, pack, samples, imageSize } = source;
  const squareBytes = imageSize * imageSize * 3;
  const target = new SharedArrayBuffer(samples.length * squareBytes);
  const firsts = Array.from(
    { length: Math.ceil(samples.length / IMAGES_AT_ONCE) },
    (_, part) => part * IMAGES_AT_ONCE,
  );
  const parts = prefetch(firsts, PARTS_AHEAD, async (first) => {
    const part = samples.slice(first, first + IMAGES_AT_ONCE);
    const start = first * squareBytes;
    await pool.decode({ pack, samples: part, imageSize, crop: null, target, start });
    return first + part.length;
  });
  for await (const done of parts) onProgress?.(done, samples.length);
  return new Uint8Array(target);
}
