import { type RandomStream } from '#numerics/engine/random';
import { blankCanvas, wholeCanvas } from './canvas';
import { type Drawing } from './drawing';
import { digitLines, writeGlyph } from './glyphs';
import { drawColorPair, mixColors, paintBackground } from './palette';
import { photograph } from './photograph';
import { place } from './place';

/**
 * Draws a house number: a printed digit, often with parts of other digits at its sides. The class is
 * the digit in the middle.
 *
 * @param classIndex the digit
 * @param shift strength of the distortions, in [0,1]
 * @param stream source of the draws
 * @returns the image
 */
export function drawNumber(classIndex: number, shift: number, stream: RandomStream): Drawing {
  const canvas = blankCanvas();
  const [front, back] = drawColorPair(stream, 0.7);
  const color = mixColors(front.shade, back.shade, 0.45 * shift * stream.uniform());
  paintBackground(canvas, stream, 0.7 * shift, back.shade);
  const slopeX = 0.25 * shift * stream.uniform(-1, 1);
  const slopeY = 0.25 * shift * stream.uniform(-1, 1);
  canvas.add(wholeCanvas, (x, y) => slopeX * x + slopeY * y);

  const scale = [stream.uniform(0.42, 0.6), stream.uniform(0.6, 0.85)] as const;
  const centerX = stream.uniform(-0.15, 0.15) * (0.3 + shift);
  const centerY = stream.uniform(-0.12, 0.12) * (0.3 + shift);
  const rotation = stream.normal(0, 0.04 + 0.1 * shift);
  const halfWidth = stream.uniform(0.12, 0.2);
  const shear = stream.uniform(-0.15, 0.15);
  const digit = writeGlyph(digitLines[classIndex], stream, 0.02 + 0.02 * shift, halfWidth);
  canvas.fill(place({ center: [centerX, centerY], rotation, scale, shear }), digit, color, 0.55);
  for (const side of [-1, 1]) {
    if (stream.uniform() >= 0.15 + 0.75 * shift) continue;
    const points = digitLines[stream.integer(digitLines.length)];
    const x = centerX + side * (1.25 * scale[0] + stream.uniform(0.12, 0.3));
    const neighbor = writeGlyph(points, stream, 0.03, halfWidth);
    canvas.fill(place({ center: [x, centerY], rotation, scale }), neighbor, color, 0.55);
  }
  const camera = { gain: 0.3, cast: 0.15, blur: 1, noise: 0.07, contrast: 0.3 };
  const pixels = photograph(canvas, stream, shift, camera);
  return { pixels, foreground: front.name, background: back.name };
}
