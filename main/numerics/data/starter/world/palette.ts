import { type RandomStream } from '#numerics/engine/random';
import { type Canvas, clampUnit, type Rgb } from './canvas';
import { addColorNoise } from './value-noise';

/** A color with a name, and the shade of it that one image uses. */
export interface NamedColor {
  readonly name: string;
  readonly shade: Rgb;
}

const palette: readonly (readonly [name: string, rgb: Rgb])[] = [
  ['red', [0.85, 0.12, 0.12]],
  ['orange', [0.95, 0.55, 0.1]],
  ['yellow', [0.93, 0.87, 0.2]],
  ['green', [0.15, 0.65, 0.2]],
  ['cyan', [0.2, 0.8, 0.8]],
  ['blue', [0.15, 0.25, 0.85]],
  ['purple', [0.5, 0.15, 0.7]],
  ['pink', [0.95, 0.5, 0.7]],
  ['brown', [0.5, 0.3, 0.12]],
  ['white', [0.95, 0.95, 0.95]],
  ['gray', [0.5, 0.5, 0.5]],
  ['black', [0.06, 0.06, 0.06]],
];

/** Names of the colors. */
export const colorNames: readonly string[] = palette.map(([name]) => name);

/** Colors of paint that several domains use. */
export const paints = {
  white: [0.95, 0.95, 0.95],
  black: [0.06, 0.06, 0.06],
} as const satisfies Record<string, Rgb>;

const REDRAWS = 6;
const SHADE = 0.08;

/**
 * Draws a color of the palette.
 *
 * @param stream source of the draws
 * @param deviation standard deviation of the shade, for each channel
 * @param others colors to keep away from
 * @param distance least sum of the channels' differences from each of the others; given up after six redraws
 * @returns the color
 */
export function drawColor(
  stream: RandomStream,
  deviation = SHADE,
  others: readonly NamedColor[] = [],
  distance = 0,
): NamedColor {
  let choice = stream.integer(palette.length);
  for (let i = 0; i < REDRAWS && others.some((other) => distanceTo(choice, other) < distance); i++) {
    choice = stream.integer(palette.length);
  }
  const [name, rgb] = palette[choice];
  return { name, shade: jitterColor(stream, rgb, deviation) };
}

/**
 * Draws two colors that can be told apart.
 *
 * @param stream source of the draws
 * @param distance least sum of the differences of their channels
 * @returns the color in front and the one behind it
 */
export function drawColorPair(stream: RandomStream, distance: number): [NamedColor, NamedColor] {
  const front = drawColor(stream);
  return [front, drawColor(stream, SHADE, [front], distance)];
}

/**
 * Draws a shade of a color: each channel is moved by a normal draw.
 *
 * @param stream source of the draws
 * @param color the color
 * @param deviation standard deviation of the move
 * @returns the shade, within [0,1]
 */
export function jitterColor(stream: RandomStream, color: Rgb, deviation = 0.05): Rgb {
  const [red, green, blue] = color;
  return [
    clampUnit(stream.normal(red, deviation)),
    clampUnit(stream.normal(green, deviation)),
    clampUnit(stream.normal(blue, deviation)),
  ];
}

/**
 * Mixes two colors.
 *
 * @param from the color at share 0
 * @param to the color at share 1
 * @param share in [0,1]
 * @returns the mixture
 */
export function mixColors(from: Rgb, to: Rgb, share: number): Rgb {
  const mix = (c: 0 | 1 | 2): number => from[c] + share * (to[c] - from[c]);
  return [mix(0), mix(1), mix(2)];
}

/**
 * Paints a background: one color with a smooth disturbance of each channel.
 *
 * @param canvas is painted over completely
 * @param stream source of the draws
 * @param clutter strength of the disturbance, in [0,1]
 * @param color the color
 */
export function paintBackground(canvas: Canvas, stream: RandomStream, clutter: number, color: Rgb): void {
  canvas.flood(color);
  addColorNoise(canvas, stream, 5, 0.15 + 0.5 * clutter);
  canvas.clip();
}

function distanceTo(choice: number, other: NamedColor): number {
  const rgb = palette[choice][1];
  const otherRgb = palette[colorNames.indexOf(other.name)][1];
  return Math.abs(rgb[0] - otherRgb[0]) + Math.abs(rgb[1] - otherRgb[1]) + Math.abs(rgb[2] - otherRgb[2]);
}
