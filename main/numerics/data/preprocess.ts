import { type Preprocessing } from '#contract/specs/common';
import { drawCropBox, type CropKey } from './crop-box';
import { useImage } from './decode-image';
import { type Axis } from './filter-taps';
import { resizeBicubic } from './resize-bicubic';
import { roundHalfToEven } from './round-half-to-even';

/** How {@link decodeSquare} makes its square. */
export interface SquareOptions {
  /** Which random part of the image is taken; without it, the center. */
  readonly crop?: CropKey | null;
  /** Takes the pixels; without it, an array is made for them. */
  readonly target?: Uint8Array;
}

/**
 * Decodes an image and brings it to a square, byte for byte as torchvision does on Pillow images
 * after decoding, in one of the two ways of open_clip 2.10.1:
 *
 * - for evaluation (`Resize` and `CenterCrop`), the shorter side is resized to `size` (bicubic) and the
 *   longer one is cut at the center;
 * - for training (`RandomResizedCrop`), a random part, see {@link drawCropBox}, is resized to the square.
 *
 * @param bytes an encoded image file
 * @param size S, side of the square in pixels
 * @param options see {@link SquareOptions}
 * @returns S × S × 3, red, green, blue, 8 bits
 * @throws {Error} the decoder's own error if the file is damaged
 */
export async function decodeSquare(
  bytes: Uint8Array,
  size: number,
  options: SquareOptions = {},
): Promise<Uint8Array> {
  const { crop = null, target = new Uint8Array(size * size * 3) } = options;
  await useImage(bytes, (image) => {
    const { width, height } = image;
    if (crop !== null) {
      const box = drawCropBox(width, height, crop);
      const whole = { size, start: 0, count: size };
      const columns = { from: box.left, length: box.width, ...whole };
      const rows = { from: box.top, length: box.height, ...whole };
      resizeBicubic(image, columns, rows, target);
    } else if (width === size && height === size) {
      target.set(image.pixels);
    } else {
      const shorter = Math.min(width, height);
      const columns = centralAxis(width, shorter, size);
      const rows = centralAxis(height, shorter, size);
      resizeBicubic(image, columns, rows, target);
    }
  });
  return target;
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
function centralAxis(side: number, shorter: number, crop: number): Axis {
  const size = Math.trunc((crop * side) / shorter);
  return { from: 0, length: side, size, start: roundHalfToEven((size - crop) / 2), count: crop };
}
