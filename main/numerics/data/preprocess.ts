import { type Preprocessing } from '#contract/specs/common';
import { decodeImage } from './decode-image';
import { resizeBicubic, type AxisWindow } from './resize-bicubic';

/**
 * Decodes an image and brings it to a square: the shorter side is resized to `size` (bicubic), the
 * longer one is cut at the center. This is the evaluation preprocessing of open_clip 2.10.1
 * (torchvision's `Resize` and `CenterCrop` on Pillow images), byte for byte after decoding.
 *
 * @param bytes an encoded PNG, JPEG or WebP file
 * @param size S, side of the square in pixels
 * @returns S × S × 3, red, green, blue, 8 bits
 * @throws {Error} the decoder's own error if the file is damaged
 */
export async function decodeSquare(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const image = await decodeImage(bytes);
  const shorter = Math.min(image.width, image.height);
  if (image.width === size && image.height === size) return image.pixels;
  const columns = centerWindow(image.width, shorter, size);
  const rows = centerWindow(image.height, shorter, size);
  return resizeBicubic(image, columns, rows).pixels;
}

/**
 * Makes the function that turns 8-bit pixels into input values, rounding to float32 after each
 * operation as torchvision does.
 *
 * value = (byte/255 − mean_c) / std_c
 *
 * @param preprocessing mean and std of each channel
 * @returns a function that reads bytes `from` (red, green, blue, …), and writes as many values `to`
 */
export function makeNormalizer(preprocessing: Preprocessing): (from: Uint8Array, to: Float32Array) => void {
  const { mean, std } = preprocessing;
  const tables = mean.map((channelMean, channel) =>
    Float32Array.from({ length: 256 }, (_, byte) => {
      const centered = Math.fround(Math.fround(byte / 255) - Math.fround(channelMean));
      return centered / Math.fround(std[channel]);
    }),
  );
  const [red, green, blue] = tables;
  return (from, to) => {
    for (let i = 0; i < from.length; i += 3) {
      to[i] = red[from[i]];
      to[i + 1] = green[from[i + 1]];
      to[i + 2] = blue[from[i + 2]];
    }
  };
}

/** The middle `crop` pixels of a side after the shorter side has become `crop` pixels long. */
function centerWindow(side: number, shorter: number, crop: number): AxisWindow {
  const size = Math.trunc((crop * side) / shorter);
  return { size, start: roundHalfToEven((size - crop) / 2), count: crop };
}

/** Python's `round`, which decides where torchvision cuts an odd remainder. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
