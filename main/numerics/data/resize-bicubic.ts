/** Bits after the binary point of a filter weight, as in Pillow's 8-bit resampling. */
const WEIGHT_BITS = 22;

/** Which outputs of one axis are wanted: `size` is the whole axis, `start` and `count` the window. */
export interface AxisWindow {
  readonly size: number;
  readonly start: number;
  readonly count: number;
}

/** An 8-bit RGB image: `pixels` is height × width × 3. */
export interface RgbImage {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

interface Tap {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * Resizes an image with the antialiased bicubic filter and returns a window of the result, byte for
 * byte as Pillow's `resize(…, BICUBIC)` followed by `crop`: columns first, then rows, each rounded
 * to 8 bits.
 *
 * out(i) = Σ_j k((j − c_i + ½)/s) in(j) / Σ_j k(…), with c_i = (i + ½)·in/out, s = max(1, in/out) and
 * Keys' cubic k with a = −½. Source: Pillow, `src/libImaging/Resample.c`.
 *
 * @param image the input
 * @param columns width of the whole result and the columns wanted
 * @param rows height of the whole result and the rows wanted
 * @returns `rows.count` × `columns.count` × 3
 */
export function resizeBicubic(image: RgbImage, columns: AxisWindow, rows: AxisWindow): RgbImage {
  const columnTaps = filterTaps(image.width, columns);
  const rowTaps = filterTaps(image.height, rows);
  const width = columns.count;
  const narrow = new Uint8Array(image.height * width * 3);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < width; x++) {
      const source = (y * image.width + columnTaps[x].first) * 3;
      weighPixel(image.pixels, source, 3, columnTaps[x].weights, narrow, (y * width + x) * 3);
    }
  }
  const pixels = new Uint8Array(rows.count * width * 3);
  for (let y = 0; y < rows.count; y++) {
    for (let x = 0; x < width; x++) {
      const source = (rowTaps[y].first * width + x) * 3;
      weighPixel(narrow, source, width * 3, rowTaps[y].weights, pixels, (y * width + x) * 3);
    }
  }
  return { pixels, width, height: rows.count };
}

function filterTaps(inputSize: number, { size, start, count }: AxisWindow): Tap[] {
  const scale = inputSize / size;
  const stretch = Math.max(1, scale);
  const support = 2 * stretch;
  return Array.from({ length: count }, (_, i) => {
    const center = (start + i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(inputSize, Math.trunc(center + support + 0.5));
    const weights = Array.from({ length: end - first }, (_, j) =>
      cubic((first + j - center + 0.5) / stretch),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: weights.map((weight) => toFixedPoint(weight / total)) };
  });
}

/** Keys' cubic with a = −½ (Catmull–Rom). */
function cubic(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  if (t < 2) return (((t - 5) * t + 8) * t - 4) * -0.5;
  return 0;
}

function toFixedPoint(weight: number): number {
  return Math.trunc(weight * 2 ** WEIGHT_BITS + (weight < 0 ? -0.5 : 0.5));
}

function weighPixel(
  from: Uint8Array,
  source: number,
  stride: number,
  weights: readonly number[],
  to: Uint8Array,
  target: number,
): void {
  let red = 2 ** (WEIGHT_BITS - 1);
  let green = red;
  let blue = red;
  for (let j = 0, at = source; j < weights.length; j++, at += stride) {
    red += from[at] * weights[j];
    green += from[at + 1] * weights[j];
    blue += from[at + 2] * weights[j];
  }
  to[target] = clampByte(red >> WEIGHT_BITS);
  to[target + 1] = clampByte(green >> WEIGHT_BITS);
  to[target + 2] = clampByte(blue >> WEIGHT_BITS);
}

function clampByte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
