import sharp from 'sharp';

/** An 8 × 6 image whose pixels depend on `seed`. */
export async function encodeSample(
  seed: number,
  format: 'png' | 'jpeg' | 'webp' | 'webp-lossless' = 'png',
): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: 8 * 6 * 3 }, (_, i) => (i * i * 31 + i * 17 + seed * 101) % 256);
  const image = sharp(pixels, { raw: { width: 8, height: 6, channels: 3 } });
  if (format === 'webp-lossless') return image.webp({ lossless: true }).toBuffer();
  return image.toFormat(format).toBuffer();
}

/** A PNG file of one transparent pixel. */
export const onePixel = Uint8Array.from(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  ),
);
