import { type RandomStream } from '#numerics/engine/random';
import { blankCanvas } from './canvas';
import { type Drawing } from './drawing';
import { objectNames, objectShapes } from './object-shapes';
import { drawColorPair, paintBackground } from './palette';
import { photograph } from './photograph';
import { place } from './place';

/**
 * Draws an object in one color on another.
 *
 * @param classIndex position in {@link objectNames}
 * @param shift strength of the distortions, in [0,1]
 * @param stream source of the draws
 * @returns the image
 */
export function drawObject(classIndex: number, shift: number, stream: RandomStream): Drawing {
  const canvas = blankCanvas();
  const [front, back] = drawColorPair(stream, 0.6);
  paintBackground(canvas, stream, 0.8 * shift, back.shade);
  const scale = stream.uniform(0.55, 0.9);
  const grid = place({
    center: [stream.uniform(-0.25, 0.25), stream.uniform(-0.25, 0.25)],
    rotation: stream.normal(0, 0.08 + 0.25 * shift),
    scale: [scale * stream.uniform(0.8, 1.1), scale],
    shear: stream.uniform(-0.2, 0.2) * shift,
  });
  canvas.fill(grid, objectShapes[objectNames[classIndex]], front.shade, 0.7);
  const camera = { gain: 0.3, cast: 0.15, blur: 1, noise: 0.08, contrast: 0.6 };
  const pixels = photograph(canvas, stream, shift, camera);
  return { pixels, foreground: front.name, background: back.name };
}
