import { type RandomStream } from '#numerics/engine/random';
import { blankCanvas } from './canvas';
import { objectNames, objectShapes } from './object-shapes';
import { drawColor, drawColorPair, paintBackground } from './palette';
import { photograph } from './photograph';
import { place } from './place';

/** Where the first object of a pair lies, seen from the second: the direction, y downward. */
const relations = { left: [-1, 0], right: [1, 0], above: [0, -1], below: [0, 1] } as const;

/** Names of the relations between the objects of a pair. */
export const relationNames = Object.keys(relations) as readonly (keyof typeof relations)[];

/**
 * Draws two different objects in different colors, and says how they lie.
 *
 * @param shift strength of the distortions, in [0,1]
 * @param stream source of the draws
 * @returns 32 × 32 × 3 bytes, and a caption of five words, for example red, star, left, blue, cross
 */
export function drawPair(
  shift: number,
  stream: RandomStream,
): { pixels: Uint8Array; words: readonly string[] } {
  const canvas = blankCanvas();
  const colors = drawColorPair(stream, 0.6);
  const back = drawColor(stream, 0.08, colors, 0.6);
  paintBackground(canvas, stream, 0.8 * shift, back.shade);
  const relation = relationNames[stream.integer(relationNames.length)];
  const first = stream.integer(objectNames.length);
  const second = (first + 1 + stream.integer(objectNames.length - 1)) % objectNames.length;
  const names = [objectNames[first], objectNames[second]];
  for (const [i, sign] of [1, -1].entries()) {
    const center = relations[relation].map((part) => sign * 0.48 * part + stream.uniform(-0.08, 0.08));
    const scale = stream.uniform(0.36, 0.48);
    const grid = place({
      center: [center[0], center[1]],
      rotation: stream.normal(0, 0.08 + 0.25 * shift),
      scale: [scale * stream.uniform(0.8, 1.1), scale],
      shear: stream.uniform(-0.2, 0.2) * shift,
    });
    canvas.fill(grid, objectShapes[names[i]], colors[i].shade, 0.4);
  }
  const camera = { gain: 0.3, cast: 0.15, blur: 1, noise: 0.08, contrast: 0.6 };
  return {
    pixels: photograph(canvas, stream, shift, camera),
    words: [colors[0].name, names[0], relation, colors[1].name, names[1]],
  };
}
