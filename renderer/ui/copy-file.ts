import type { MadeFile } from '#contract/report';

/** Pictures that browsers take as such; everything else is copied as text. */
const pictureTypes = ['image/png', 'image/svg+xml'];

/**
 * Puts a file on the clipboard: a PNG as a picture, an SVG as a picture and as text, everything else as text. To be
 * called within a click, while the file may still be in the making: browsers allow it only then.
 *
 * @param making the file
 * @param mediaType what it will be
 * @throws what `making` throws, or a DOMException if the browser refuses the clipboard
 */
export async function copyFile(making: Promise<MadeFile>, mediaType: string): Promise<void> {
  const as = async (type: string): Promise<Blob> =>
    new Blob([(await making).bytes as Uint8Array<ArrayBuffer>], { type });
  const pictures = pictureTypes.filter((type) => type === mediaType && ClipboardItem.supports(type));
  const types = mediaType === 'image/png' ? pictures : [...pictures, 'text/plain'];
  const item = new ClipboardItem(Object.fromEntries(types.map((type) => [type, as(type)])));
  try {
    await navigator.clipboard.write([item]);
  } catch (error) {
    // If it could not be made, that is the reason.
    await making;
    throw error;
  }
}
