import { type RandomStream } from '#numerics/engine/random';
import { blankCanvas } from './canvas';
import { type Drawing } from './drawing';
import { digitLines, writeGlyph } from './glyphs';
import { photograph } from './photograph';
import { place } from './place';

/**
 * Draws a handwritten digit, white on black; one half of the clean ones dark on light.
 *
 * @param classIndex the digit
 * @param shift strength of the distortions, in [0,1]
 * @param stream source of the draws
 * @returns the image
 */
export function drawDigit(classIndex: number, shift: number, stream: RandomStream): Drawing {
  const reach = 0.12 * (0.3 + shift);
  const grid = place({
    center: [stream.uniform(-reach, reach), stream.uniform(-reach, reach)],
    rotation: stream.normal(0, 0.05 + 0.2 * shift),
    scale: [stream.uniform(0.55, 0.8), stream.uniform(0.6, 0.85)],
    shear: stream.uniform(-1, 1) * (0.1 + 0.35 * shift),
  });
  const glyph = writeGlyph(digitLines[classIndex], stream, 0.02 + 0.075 * shift, stream.uniform(0.09, 0.2));
  const isDark = stream.uniform() < 0.5 && shift < 0.5;
  const canvas = blankCanvas();
  canvas.flood(isDark ? [1, 1, 1] : [0, 0, 0]);
  canvas.fill(grid, glyph, isDark ? [0, 0, 0] : [1, 1, 1], 0.65);
  const camera = { gain: 0.2, cast: 0, blur: 1, noise: 0.05, contrast: 0.1 };
  const pixels = photograph(canvas, stream, shift, camera);
  return { pixels, foreground: isDark ? 'black' : 'white', background: null };
}
