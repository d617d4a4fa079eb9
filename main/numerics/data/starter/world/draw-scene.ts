import { type RandomStream } from '#numerics/engine/random';
import { blankCanvas, wholeCanvas } from './canvas';
import { type Drawing } from './drawing';
import { photograph } from './photograph';
import { indoorPainters } from './scenes-indoor';
import { outdoorPainters } from './scenes-outdoor';
import { addGrayNoise } from './value-noise';

const painters = { ...outdoorPainters, ...indoorPainters };

/** Names of the scenes. */
export const sceneNames = Object.keys(painters) as readonly (keyof typeof painters)[];

/**
 * Draws a landscape or a room.
 *
 * @param classIndex position in {@link sceneNames}
 * @param shift strength of the distortions, in [0,1]
 * @param stream source of the draws
 * @returns the image
 */
export function drawScene(classIndex: number, shift: number, stream: RandomStream): Drawing {
  const canvas = blankCanvas();
  const horizon = stream.uniform(-0.2, 0.2) * (0.4 + 0.9 * shift);
  const direction = stream.uniform() < 0.5 ? 1 : -1;
  const offset = stream.uniform(-0.25, 0.25) * shift;
  const grid = { x: wholeCanvas.x.map((x) => direction * x + offset), y: wholeCanvas.y };
  painters[sceneNames[classIndex]](canvas, { grid, horizon, stream });
  addGrayNoise(canvas, stream, 7, [0.06, 0.06, 0.06]);
  const camera = {
    gain: 0.4,
    cast: 0.45,
    blur: 1,
    noise: 0.09,
    contrast: 0.6,
    tint: [0, -0.04, 0.04] as const,
  };
  return { pixels: photograph(canvas, stream, shift, camera), foreground: null, background: null };
}
