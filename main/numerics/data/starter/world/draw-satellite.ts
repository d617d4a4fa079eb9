import { type RandomStream } from '#numerics/engine/random';
import { blankCanvas, type Canvas, coverage, type Grid, type Rgb, wholeCanvas } from './canvas';
import { box, fraction } from './distance';
import { type Drawing } from './drawing';
import { jitterColor } from './palette';
import { photograph } from './photograph';
import { place } from './place';
import { addGrayNoise, valueNoise } from './value-noise';

/** Names of the kinds of land. */
export const landNames = [
  'crop',
  'forest',
  'herbs',
  'highway',
  'industry',
  'pasture',
  'orchard',
  'residential',
  'river',
  'lake',
] as const;

const darkGreen: Rgb = [0.1, 0.28, 0.12];
const water: Rgb = [0.1, 0.25, 0.5];
const farm: readonly Rgb[] = [
  [0.45, 0.6, 0.25],
  [0.62, 0.5, 0.3],
  [0.75, 0.68, 0.4],
  [0.3, 0.48, 0.2],
];
const meadows: readonly Rgb[] = [
  [0.4, 0.52, 0.28],
  [0.5, 0.5, 0.32],
  [0.35, 0.45, 0.22],
];

const { abs, sin } = Math;

/**
 * Draws land as a satellite sees it.
 *
 * @param classIndex position in {@link landNames}
 * @param shift strength of the distortions, in [0,1]
 * @param stream source of the draws
 * @returns the image
 */
export function drawSatellite(classIndex: number, shift: number, stream: RandomStream): Drawing {
  const canvas = blankCanvas();
  const rotation = stream.uniform(-1, 1) * (0.3 + 1.3 * shift);
  paintLand(canvas, classIndex, rotation, stream);
  const camera = {
    gain: 0.3,
    cast: 0.3,
    blur: 1,
    noise: 0.07,
    contrast: 0.7,
    tint: [0.06, 0.02, 0.12] as const,
  };
  return { pixels: photograph(canvas, stream, shift, camera), foreground: null, background: null };
}

function paintLand(canvas: Canvas, classIndex: number, rotation: number, stream: RandomStream): void {
  const grid = place({ rotation });
  const shade = (color: Rgb, deviation?: number): Rgb => jitterColor(stream, color, deviation);
  const land = landNames[classIndex];
  switch (land) {
    case 'crop':
      paintFields(canvas, grid, stream, 1.6, farm);
      {
        addGrain(canvas, stream, 0.015);
        return;
      }
    case 'forest':
      canvas.flood(shade(darkGreen, 0.03));
      addGrayNoise(canvas, stream, 9, [0.18, 0.18, 0.18]);
      {
        addGrain(canvas, stream, 0.04);
        return;
      }
    case 'herbs':
      canvas.flood(shade([0.48, 0.5, 0.26], 0.03));
      addGrayNoise(canvas, stream, 4, [0.21, 0.105, 0.175]);
      {
        addGrain(canvas, stream, 0.03);
        return;
      }
    case 'highway': {
      paintFields(canvas, place({ rotation: rotation + 0.5 }), stream, 1.2, meadows);
      const offset = stream.uniform(-0.4, 0.4);
      const bend = stream.uniform(-0.25, 0.25);
      canvas.fill(grid, (x, y) => abs(y - offset - bend * x * x) - 0.11, shade([0.62, 0.62, 0.62], 0.04));
      canvas.fill(grid, (x, y) => abs(y - offset - bend * x * x) - 0.025, shade([0.85, 0.85, 0.8], 0.04));
      return;
    }
    case 'industry':
      canvas.flood(shade([0.5, 0.48, 0.46], 0.04));
      for (let roof = 0; roof < 5; roof++) {
        const left = stream.uniform(-0.9, 0.9);
        const top = stream.uniform(-0.9, 0.9);
        const width = stream.uniform(0.18, 0.42);
        const height = stream.uniform(0.14, 0.3);
        canvas.fill(grid, (x, y) => box(x - left, y - top, width, height), shade([0.82, 0.82, 0.84], 0.1));
      }
      return;
    case 'pasture': {
      canvas.flood(shade([0.42, 0.66, 0.28], 0.03));
      addGrayNoise(canvas, stream, 4, [0.08, 0.08, 0.08]);
      const column = stream.uniform(-0.8, 0.8);
      const row = stream.uniform(-0.8, 0.8);
      canvas.fill(grid, (x) => abs(x - column) - 0.03, shade(darkGreen, 0.03));
      canvas.fill(grid, (_x, y) => abs(y - row) - 0.03, shade(darkGreen, 0.03));
      return;
    }
    case 'orchard': {
      canvas.flood(shade([0.58, 0.46, 0.3], 0.04));
      const f = Math.PI * stream.uniform(3, 4.5);
      const gaps = valueNoise(stream, 9);
      const rows = (_x: number, y: number, at: number): number =>
        (0.75 + 0.5 * Math.min(gaps[at], 0)) / (1 + Math.exp(-4 * (sin(f * y) - 0.1)));
      canvas.blend(grid, rows, shade([0.25, 0.45, 0.18], 0.04));
      return;
    }
    case 'residential': {
      canvas.flood(shade([0.38, 0.48, 0.3], 0.04));
      const gaps = valueNoise(stream, 9);
      const houses = (x: number, y: number, at: number): number =>
        gaps[at] > -0.2
          ? coverage(0.3 * box(fraction(3.2 * x) - 0.5, fraction(3.2 * y) - 0.5, 0.27, 0.24))
          : 0;
      canvas.blend(grid, houses, shade([0.68, 0.45, 0.38], 0.07));
      const road = (x: number): number => abs(fraction(1.1 * x + 0.5) - 0.5) - 0.06;
      canvas.fill(grid, road, shade([0.6, 0.6, 0.6], 0.03), 1, 0.8);
      return;
    }
    case 'river': {
      canvas.flood(shade([0.35, 0.52, 0.26]));
      addGrayNoise(canvas, stream, 4, [0.2, 0.2, 0.2]);
      const offset = stream.uniform(-0.35, 0.35);
      const swing = stream.uniform(0.12, 0.4);
      const f = stream.uniform(1.5, 3.5);
      const phase = stream.uniform(0, 6);
      const width = stream.uniform(0.1, 0.2);
      canvas.fill(grid, (x, y) => abs(y - offset - swing * sin(f * x + phase)) - width, shade(water));
      return;
    }
    case 'lake': {
      canvas.flood(shade(water));
      addGrayNoise(canvas, stream, 4, [0.1, 0.1, 0.1]);
      const shore = stream.uniform(0.5, 1.3);
      canvas.fill(grid, (_x, y) => shore - y, shade([0.4, 0.5, 0.3], 0.06));
    }
  }
}

/** Paints a patchwork; a field measures 1/density × 1/(1.2 density) canvas units. */
function paintFields(
  canvas: Canvas,
  grid: Grid,
  stream: RandomStream,
  density: number,
  colors: readonly Rgb[],
): void {
  const left = stream.uniform() + 4;
  const top = stream.uniform() + 4;
  const patches = Array.from({ length: 81 }, () => colors[stream.integer(colors.length)]);
  const cell = (value: number): number => Math.min(8, Math.max(0, Math.floor(value)));
  canvas.blendEach(
    grid,
    () => 1,
    (x, y) => patches[9 * cell(x * density + left) + cell(y * density * 1.2 + top)],
  );
  const tint = [stream.normal(0, 0.03), stream.normal(0, 0.03), stream.normal(0, 0.03)] as const;
  canvas.add(grid, () => 1, tint);
}

/** Adds gray noise to each pixel. */
function addGrain(canvas: Canvas, stream: RandomStream, deviation: number): void {
  const grain = new Float32Array(canvas.values.length / 3);
  stream.fillNormals(grain, deviation);
  canvas.add(wholeCanvas, (_x, _y, at) => grain[at]);
}
