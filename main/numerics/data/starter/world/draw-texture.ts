import { type RandomStream } from '#numerics/engine/random';
import { blankCanvas } from './canvas';
import { type Drawing } from './drawing';
import { drawColorPair } from './palette';
import { photograph } from './photograph';
import { place } from './place';
import { patternOf } from './texture-patterns';
import { valueNoise } from './value-noise';

/**
 * Draws a texture of two colors, warped and rotated: the colors are mixed by the sigmoid of a pattern.
 *
 * @param classIndex position among the texture names
 * @param shift strength of the distortions, in [0,1]
 * @param stream source of the draws
 * @returns the image
 */
export function drawTexture(classIndex: number, shift: number, stream: RandomStream): Drawing {
  const canvas = blankCanvas();
  const [front, back] = drawColorPair(stream, 0.6);
  const cycles = stream.uniform(2.2, 4.2) * (1 + 0.35 * shift * stream.uniform(-1, 1));
  const grid = place({
    rotation: stream.uniform(-1, 1) * (0.25 + 0.8 * shift),
    center: [stream.uniform(-1, 1), stream.uniform(-1, 1)],
  });
  for (const axis of [grid.x, grid.y]) {
    const warp = valueNoise(stream, 4);
    for (let at = 0; at < axis.length; at++) axis[at] += 0.25 * shift * warp[at];
  }
  const pattern = patternOf(classIndex, cycles, stream);
  canvas.flood(back.shade);
  canvas.blend(grid, (x, y, at) => 1 / (1 + Math.exp(-pattern(x, y, at))), front.shade);
  const camera = { gain: 0.25, cast: 0.15, blur: 0.8, noise: 0.06, contrast: 0.4 };
  const pixels = photograph(canvas, stream, shift, camera);
  return { pixels, foreground: front.name, background: back.name };
}
