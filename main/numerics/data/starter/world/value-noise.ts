import { type RandomStream } from '#numerics/engine/random';
import { type Canvas, canvasSize, type Rgb } from './canvas';

/**
 * Returns smooth noise: a lattice of uniform draws, interpolated bilinearly, with its corners at the
 * centers of the corner pixels. One half is subtracted, so the noise varies around 0.
 *
 * @param stream source of the draws
 * @param points points of the lattice along a side, at least 2
 * @returns a value in [−½,½) for each pixel, row by row
 */
export function valueNoise(stream: RandomStream, points: number): Float32Array {
  const values = new Float32Array(canvasSize * canvasSize);
  addNoise(values, stream, points, 0, 1, 1);
  return values;
}

/**
 * Adds smooth noise to a picture, the same to each channel.
 *
 * @param canvas the picture
 * @param stream source of the draws
 * @param points points of the lattice along a side, at least 2
 * @param amounts factors of the noise for red, green and blue
 */
export function addGrayNoise(canvas: Canvas, stream: RandomStream, points: number, amounts: Rgb): void {
  const { values } = canvas;
  grayNoise.fill(0);
  addNoise(grayNoise, stream, points, 0, 1, 1);
  for (let i = 0; i < values.length; i++) values[i] += amounts[i % 3] * grayNoise[(i / 3) | 0];
}

/**
 * Adds smooth noise to a picture, unrelated in each channel.
 *
 * @param canvas the picture
 * @param stream source of the draws
 * @param points points of the lattice along a side, at least 2
 * @param amount factor of the noise
 */
export function addColorNoise(canvas: Canvas, stream: RandomStream, points: number, amount: number): void {
  for (let channel = 0; channel < 3; channel++) {
    addNoise(canvas.values, stream, points, channel, 3, amount);
  }
}

/** Scratch of one call. */
const grayNoise = new Float32Array(canvasSize * canvasSize);

function addNoise(
  values: Float32Array,
  stream: RandomStream,
  points: number,
  start: number,
  stride: number,
  amount: number,
): void {
  const lattice: number[] = [];
  for (let i = 0; i < points * points; i++) lattice.push(amount * stream.uniform(-0.5, 0.5));
  const step = (points - 1) / (canvasSize - 1);
  for (let row = 0, i = start; row < canvasSize; row++) {
    const upper = Math.min(Math.floor(row * step), points - 2);
    const down = row * step - upper;
    for (let column = 0; column < canvasSize; column++, i += stride) {
      const left = Math.min(Math.floor(column * step), points - 2);
      const right = column * step - left;
      const corner = upper * points + left;
      const above = lattice[corner] + right * (lattice[corner + 1] - lattice[corner]);
      const below =
        lattice[corner + points] + right * (lattice[corner + points + 1] - lattice[corner + points]);
      values[i] += above + down * (below - above);
    }
  }
}
