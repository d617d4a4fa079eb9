import { type RandomStream } from '#numerics/engine/random';
import { blankCanvas, type Canvas, type Field, type Rgb } from './canvas';
import { box, disc, strokes } from './distance';
import { type Drawing } from './drawing';
import { drawColor, mixColors, paintBackground, paints } from './palette';
import { photograph } from './photograph';
import { place } from './place';

/**
 * The side view of each car, front to the left: half of its length, half of the body's height,
 * clearance, left and right end of the cabin's base, left and right end of its roof, the cabin's
 * height ÷ 1.6, and the radius of the wheels.
 */
const bodies = {
  sedan: [0.78, 0.2, 0.12, -0.38, 0.56, -0.12, 0.32, 0.3, 0.15],
  coupe: [0.76, 0.17, 0.1, -0.18, 0.7, 0.06, 0.26, 0.24, 0.16],
  hatchback: [0.6, 0.21, 0.12, -0.34, 0.56, -0.1, 0.46, 0.33, 0.15],
  wagon: [0.8, 0.2, 0.12, -0.38, 0.78, -0.12, 0.7, 0.3, 0.15],
  suv: [0.72, 0.27, 0.18, -0.38, 0.68, -0.22, 0.62, 0.34, 0.19],
  pickup: [0.84, 0.23, 0.16, -0.4, 0.16, -0.2, 0.1, 0.32, 0.18],
  van: [0.76, 0.26, 0.13, -0.74, 0.74, -0.5, 0.72, 0.48, 0.15],
  convertible: [0.74, 0.17, 0.1, -0.26, 0.36, -0.06, 0.3, 0, 0.16],
  limousine: [0.95, 0.19, 0.11, -0.6, 0.72, -0.4, 0.52, 0.28, 0.14],
  truck: [0.88, 0.2, 0.17, -0.86, -0.36, -0.78, -0.36, 0.42, 0.17],
} as const;

/** How much each measure varies among the cars of a class. */
const variation = [1, 0.6, 0.5, 1, 1, 1, 1, 0.8, 0.5];

/** Names of the cars. */
export const carNames = Object.keys(bodies) as readonly (keyof typeof bodies)[];

const GROUND = 0.45;
const glass: Rgb = [0.52, 0.64, 0.72];
const { abs, max } = Math;

/**
 * Draws a car from its side.
 *
 * @param classIndex position in {@link carNames}
 * @param shift strength of the distortions, in [0,1]
 * @param stream source of the draws
 * @returns the image
 */
export function drawCar(classIndex: number, shift: number, stream: RandomStream): Drawing {
  const canvas = blankCanvas();
  const car = carNames[classIndex];
  const front = drawColor(stream);
  const back = drawColor(stream, 0.1, [front], 0.45);
  paintBackground(canvas, stream, 0.7 * shift, back.shade);
  paintCar(canvas, car, front.shade, back.shade, shift, stream);
  const camera = { gain: 0.3, cast: 0.15, blur: 1, noise: 0.06, contrast: 0.4 };
  const pixels = photograph(canvas, stream, shift, camera);
  return { pixels, foreground: front.name, background: back.name };
}

function paintCar(
  canvas: Canvas,
  car: keyof typeof bodies,
  body: Rgb,
  back: Rgb,
  shift: number,
  stream: RandomStream,
): void {
  const [length, half, clearance, base0, base1, roof0, roof1, cabin, wheel] = bodies[car].map((value, i) => {
    const share = car === 'convertible' && i === 7 ? 0.2 : variation[i];
    return value + share * stream.normal(0, 0.012 + 0.022 * shift);
  });
  const isMirrored = stream.uniform() < 0.5 && shift > 0.5;
  const scale = stream.uniform(0.85, 1) * (1 - 0.15 * shift * stream.uniform());
  const grid = place({
    center: [stream.uniform(-0.1, 0.1) * (0.3 + shift), stream.uniform(-0.12, 0.12) * (0.3 + shift)],
    rotation: stream.normal(0, 0.02 + 0.05 * shift),
    scale: [isMirrored ? -scale : scale, scale],
  });
  const top = GROUND - clearance - 2 * half;
  canvas.fill(grid, (_x, y) => GROUND - y, mixColors([0, 0, 0], back, 0.6));
  canvas.fill(grid, (x, y) => box(x, y - (GROUND - clearance - half), length, half) - 0.02, body);
  if (car === 'convertible') {
    const windshield = strokes(
      [
        [
          [base0 + 0.05, top],
          [roof0 + 0.05, top - 0.28],
        ],
      ],
      0.035,
    );
    canvas.fill(grid, windshield, paints.black);
    canvas.fill(grid, (x, y) => box(x - 0.25, y - top + 0.03, 0.22, 0.05), paints.black);
  } else {
    const height = max(1.6 * cabin, 0.02);
    // `rise` is 0 at the cabin's base and 1 at its roof.
    const outline: Field = (x, y) => {
      const rise = (top - y) / height;
      const left = base0 + (roof0 - base0) * rise;
      const right = base1 + (roof1 - base1) * rise;
      return max(left - x, x - right, -rise * height, (rise - 1) * height);
    };
    const isSingleWindow = car === 'van' || car === 'truck';
    const pillar = (roof0 + roof1) / 2 + 0.03;
    const windows: Field = (x, y, at) =>
      max(outline(x, y, at) + 0.075, isSingleWindow ? x - (base0 + 0.42) : 0.03 - abs(x - pillar));
    canvas.fill(grid, outline, body);
    canvas.fill(grid, windows, glass);
  }
  if (car === 'truck') {
    const cargo = mixColors(body, [0.917, 0.917, 0.917], 0.6); // 0.4 · body + 0.55
    canvas.fill(grid, (x, y) => box(x - 0.28, y - (top - 0.2), 0.58, 0.42), cargo);
  }
  if (car === 'pickup') {
    canvas.fill(grid, (x, y) => box(x - 0.5, y - (top + 0.06), 0.28, 0.09), [0.12, 0.12, 0.12]);
  }
  for (const side of [-1, 1]) {
    const center = side * 0.62 * length;
    canvas.fill(grid, (x, y) => disc(x - center, y - (GROUND - 0.03), wheel), paints.black);
    canvas.fill(grid, (x, y) => disc(x - center, y - (GROUND - 0.03), wheel - 0.09), [0.676, 0.676, 0.676]);
  }
}
