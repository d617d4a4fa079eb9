/** Start-of-frame markers; 0xc4, 0xc8 and 0xcc of their range mean something else. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/**
 * Reads how many components the pixels of a JPEG file have, without decoding it.
 *
 * Source: ITU-T T.81, B.1 and B.2.2.
 *
 * @param bytes the encoded file
 * @returns 1 for gray, 3 for color, 4 for CMYK; 0 if no frame begins where one should
 */
export function countJpegComponents(bytes: Uint8Array): number {
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    if (isFrame(marker)) return bytes[at + 9];
    // Any number of 0xff may fill the space before a marker.
    at += marker === 0xff ? 1 : 2 + bytes[at + 2] * 256 + bytes[at + 3];
  }
  return 0;
}
