import { crc32 } from './crc32';

/** The signature and the header chunk, which comes first in every PNG. */
const headLength = 8 + 25;

/**
 * Says in a PNG how large it is on paper (chunk pHYs, PNG 3rd edition 11.3.4.3), behind its header.
 *
 * @param png a file that does not say so
 * @param dotsPerInch its resolution
 */
export function setPngResolution(png: Uint8Array, dotsPerInch: number): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  const dotsPerMeter = Math.round(dotsPerInch / 0.0254);
  view.setUint32(0, 9);
  chunk.set(new TextEncoder().encode('pHYs'), 4);
  view.setUint32(8, dotsPerMeter);
  view.setUint32(12, dotsPerMeter);
  view.setUint8(16, 1);
  view.setUint32(17, crc32(chunk.subarray(4, 17)));
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, headLength));
  whole.set(chunk, headLength);
  whole.set(png.subarray(headLength), headLength + chunk.length);
  return whole;
}
