import { type RandomStream } from '#numerics/engine/random';
import { blankCanvas, type Canvas, type Field, type Rgb, wholeCanvas } from './canvas';
import { box, disc, regularPolygon, strokes } from './distance';
import { type Drawing } from './drawing';
import { digitLines, writeGlyph } from './glyphs';
import { drawColor, jitterColor, mixColors, paintBackground, paints } from './palette';
import { photograph } from './photograph';
import { place } from './place';

/** Names of the traffic signs. */
export const signNames = [
  'stop',
  'entry',
  'yield',
  'priority',
  'thirty',
  'fifty',
  'eighty',
  'rightward',
  'leftward',
  'warning',
] as const;

const red: Rgb = [0.8, 0.1, 0.12];
const blue: Rgb = [0.1, 0.25, 0.75];
const yellow: Rgb = [0.95, 0.8, 0.15];
const { white, black } = paints;

/** A part of a sign: its distance, its color, and canvas units per unit of the distance. */
type Part = readonly [distance: Field, color: Rgb, unit?: number];

/**
 * Draws a traffic sign in front of a street.
 *
 * @param classIndex position in {@link signNames}
 * @param shift strength of the distortions, in [0,1]
 * @param stream source of the draws
 * @returns the image
 */
export function drawSign(classIndex: number, shift: number, stream: RandomStream): Drawing {
  const canvas = blankCanvas();
  const back = drawColor(stream);
  paintBackground(canvas, stream, shift, mixColors([0, 0, 0], back.shade, 0.8));
  const height = stream.uniform(0.62, 0.88) * (1 - 0.25 * shift * stream.uniform());
  const width = height * (1 - 0.3 * shift * stream.uniform());
  const grid = place({
    center: [stream.uniform(-0.25, 0.25) * shift, stream.uniform(-0.25, 0.25) * shift],
    rotation: stream.normal(0, 0.03 + 0.14 * shift),
    scale: [width, height],
    shear: stream.uniform(-0.15, 0.15) * shift,
  });
  for (const [distance, color, unit = 0.7] of partsOf(classIndex, shift, stream)) {
    canvas.fill(grid, distance, jitterColor(stream, color, 0.04), unit);
  }
  occlude(canvas, stream, shift);
  const camera = { gain: 0.5, cast: 0.15, blur: 1, noise: 0.06, contrast: 0.4 };
  return {
    pixels: photograph(canvas, stream, shift, camera),
    foreground: null,
    background: back.name,
  };
}

function partsOf(classIndex: number, shift: number, stream: RandomStream): readonly Part[] {
  switch (signNames[classIndex]) {
    case 'stop':
      return [
        [regularPolygon(8, 0.95, Math.PI / 8), red],
        [(x, y) => box(x, y, 0.6, 0.22), white],
      ];
    case 'entry':
      return [
        [(x, y) => disc(x, y, 1), red],
        [(x, y) => box(x, y, 0.7, 0.18), white],
      ];
    case 'yield':
      return [
        [regularPolygon(3, 0.62, -Math.PI / 2, 0.25), red],
        [regularPolygon(3, 0.34, -Math.PI / 2, 0.25), white],
      ];
    case 'priority':
      return [
        [regularPolygon(4, 0.72, Math.PI / 4), white],
        [regularPolygon(4, 0.52, Math.PI / 4), yellow],
      ];
    case 'thirty':
      return speedLimit(3, shift, stream);
    case 'fifty':
      return speedLimit(5, shift, stream);
    case 'eighty':
      return speedLimit(8, shift, stream);
    case 'rightward':
      return direction(1);
    case 'leftward':
      return direction(-1);
    default:
      return [
        [regularPolygon(3, 0.62, Math.PI / 2, -0.25), red],
        [regularPolygon(3, 0.34, Math.PI / 2, -0.25), white],
        [(x, y) => box(x, y - 0.15, 0.1, 0.34), black],
      ];
  }
}

function speedLimit(digit: number, shift: number, stream: RandomStream): readonly Part[] {
  const glyph = writeGlyph(digitLines[digit], stream, 0.02 + 0.02 * shift, 0.2);
  return [
    [(x, y) => disc(x, y, 1), red],
    [(x, y) => disc(x, y, 0.74), white],
    [(x, y, at) => glyph(x / 0.42, y / 0.52, at), black, 0.3],
  ];
}

/** A white arrow on a blue disc; `side` 1 points to the right, −1 to the left. */
function direction(side: number): readonly Part[] {
  const tip = [0.5 * side, 0] as const;
  const shaft = [[-0.55 * side, 0], tip] as const;
  const barbs = [[0.1 * side, -0.42], tip, [0.1 * side, 0.42]] as const;
  return [
    [(x, y) => disc(x, y, 1), blue],
    [strokes([shaft, barbs], 0.12), white],
  ];
}

/** Covers a square of the picture, with probability ½ shift. */
function occlude(canvas: Canvas, stream: RandomStream, shift: number): void {
  if (stream.uniform() >= 0.5 * shift) return;
  const left = stream.uniform(-1, 1);
  const top = stream.uniform(-1, 1);
  canvas.fill(wholeCanvas, (x, y) => box(x - left, y - top, 0.22, 0.22), drawColor(stream).shade);
}
