import { type RandomStream } from '#numerics/engine/random';
import { blankCanvas } from './canvas';
import { type Drawing } from './drawing';
import { letterLines, writeGlyph } from './glyphs';
import { drawColorPair, paintBackground } from './palette';
import { photograph } from './photograph';
import { place } from './place';

const lines = Object.values(letterLines);

/**
 * Draws a letter in one color on another.
 *
 * @param classIndex position of the letter among the keys of {@link letterLines}
 * @param shift strength of the distortions, in [0,1]
 * @param stream source of the draws
 * @returns the image
 */
export function drawLetter(classIndex: number, shift: number, stream: RandomStream): Drawing {
  const canvas = blankCanvas();
  const [front, back] = drawColorPair(stream, 0.7);
  paintBackground(canvas, stream, 0.5 * shift, back.shade);
  const grid = place({
    center: [stream.uniform(-0.2, 0.2), stream.uniform(-0.2, 0.2)],
    rotation: stream.normal(0, 0.1),
    scale: [stream.uniform(0.5, 0.8), stream.uniform(0.55, 0.85)],
    shear: stream.uniform(-0.2, 0.2),
  });
  const glyph = writeGlyph(lines[classIndex], stream, 0.02 + 0.05 * shift, stream.uniform(0.1, 0.22));
  canvas.fill(grid, glyph, front.shade, 0.65);
  const camera = { gain: 0.3, cast: 0.15, blur: 0.8, noise: 0.06, contrast: 0.3 };
  const pixels = photograph(canvas, stream, shift, camera);
  return { pixels, foreground: front.name, background: back.name };
}
