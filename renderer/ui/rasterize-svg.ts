import { setPngResolution } from '../state/png-resolution';

/** CSS pixels in an inch. */
const pixelsPerInch = 96;

/**
 * Draws an SVG on white, as a PNG.
 *
 * @param svg with a width and a height
 * @param dotsPerInch resolution at its own size
 * @returns a file that says its resolution
 */
export async function rasterizeSvg(svg: Uint8Array, dotsPerInch = 300): Promise<Uint8Array<ArrayBuffer>> {
  const url = URL.createObjectURL(new Blob([svg as Uint8Array<ArrayBuffer>], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = dotsPerInch / pixelsPerInch;
    const canvas = new OffscreenCanvas(
      Math.round(image.naturalWidth * scale),
      Math.round(image.naturalHeight * scale),
    );
    const context = canvas.getContext('2d')!;
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const png = await canvas.convertToBlob({ type: 'image/png' });
    return setPngResolution(new Uint8Array(await png.arrayBuffer()), dotsPerInch);
  } finally {
    URL.revokeObjectURL(url);
  }
}
