import { type RandomStream } from '#numerics/engine/random';
import { type Canvas, type Rgb, valueNoise } from './canvas';

const SHADE = 0.08;

const palette: readonly Rgb[] = [
  [0.85, 0.12, 0.12],
  [0.95, 0.55, 0.1],
  [0.93, 0.87, 0.2],
  [0.15, 0.65, 0.2],
  [0.2, 0.8, 0.8],
  [0.15, 0.25, 0.85],
  [0.5, 0.15, 0.7],
  [0.95, 0.5, 0.7],
  [0.5, 0.3, 0.12],
  [0.95, 0.95, 0.95],
  [0.5, 0.5, 0.5],
  [0.06, 0.06, 0.06],
];

/**
 * Draws a bright color: a palette color moved most of the way to light gray.
 *
 * @param stream source of the draws
 * @returns the color
 */
export function drawBrightColor(stream: RandomStream): Rgb {
  return drawColor(stream, (value) => 0.6 + 0.3 * value);
}

/**
 * Draws a dark color: a palette color moved most of the way to black.
 *
 * @param stream source of the draws
 * @returns the color
 */
export function drawDarkColor(stream: RandomStream): Rgb {
  return drawColor(stream, (value) => 0.3 * value);
}

/**
 * Paints a dark background: one color, mottled with two others.
 *
 * @param canvas is painted over completely
 * @param stream source of the draws
 * @param clutter opacity of the mottling, in [0,1]
 */
export function paintBackground(canvas: Canvas, stream: RandomStream, clutter: number): void {
  canvas.blend(() => 1, drawDarkColor(stream));
  for (let layer = 0; layer < 2; layer++) {
    const noise = valueNoise(stream, 5);
    canvas.blend((x, y) => clutter * noise(x, y), drawDarkColor(stream));
  }
}

function drawColor(stream: RandomStream, tone: (value: number) => number): Rgb {
  const [red, green, blue] = palette[stream.integer(palette.length)];
  const shade = (value: number): number => tone(value) + stream.uniform(-SHADE, SHADE);
  return [shade(red), shade(green), shade(blue)];
}
