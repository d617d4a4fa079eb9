import { type StarterTask } from '#contract/specs/starter-domain';
import { canvasSize } from './canvas';

/**
 * A fixed change that an unusual camera makes to every image of a task. `channels`: channel c of the
 * output is channel order[c] of the input. `rotate`: counterclockwise as seen, about the center.
 * `stretch`: the width grows by the factor, about the center.
 */
export type Sensor =
  | { readonly kind: 'none' }
  | { readonly kind: 'channels'; readonly order: readonly [number, number, number] }
  | { readonly kind: 'rotate'; readonly degrees: number }
  | { readonly kind: 'stretch'; readonly factor: number };

/** How the images of a task are taken. */
export interface Capture {
  /** Strength of the distortions, in [0,1]. */
  readonly shift: number;
  readonly sensor: Sensor;
}

/**
 * How the images of each task are taken: farther from a clean image than most of the pre-training
 * images, and through a sensor that pre-training never saw, so that there is something to learn.
 */
export const captures: Readonly<Record<StarterTask, Capture>> = {
  cars: { shift: 0.6, sensor: { kind: 'rotate', degrees: 25 } },
  textures: { shift: 0.5, sensor: { kind: 'stretch', factor: 1.7 } },
  satellite: { shift: 0.6, sensor: { kind: 'channels', order: [1, 2, 0] } },
  signs: { shift: 0.6, sensor: { kind: 'channels', order: [1, 0, 2] } },
  digits: { shift: 0.8, sensor: { kind: 'rotate', degrees: 30 } },
  aerial: { shift: 0.8, sensor: { kind: 'channels', order: [2, 1, 0] } },
  scenes: { shift: 0.7, sensor: { kind: 'channels', order: [2, 1, 0] } },
  numbers: { shift: 0.7, sensor: { kind: 'rotate', degrees: 20 } },
  objects: { shift: 0.5, sensor: { kind: 'none' } },
};

/**
 * Sends an image through a sensor. Rotating and stretching interpolate bilinearly and repeat the border.
 *
 * @param pixels 32 × 32 × 3 bytes, red, green, blue
 * @param sensor see {@link Sensor}
 * @returns a new image of the same layout
 */
export function applySensor(pixels: Uint8Array, sensor: Sensor): Uint8Array {
  switch (sensor.kind) {
    case 'none':
      return pixels.slice();
    case 'channels':
      return pixels.map((_, i) => pixels[i - (i % 3) + sensor.order[i % 3]]);
    case 'rotate': {
      const angle = (sensor.degrees * Math.PI) / 180;
      return resample(pixels, Math.cos(angle), Math.sin(angle), 1);
    }
    case 'stretch':
      return resample(pixels, 1, 0, sensor.factor);
  }
}

/** Reads each pixel from where it was before the image was stretched and then rotated. */
function resample(pixels: Uint8Array, cos: number, sin: number, stretch: number): Uint8Array {
  const out = new Uint8Array(pixels.length);
  const last = canvasSize - 1;
  const middle = last / 2;
  for (let row = 0, i = 0; row < canvasSize; row++) {
    for (let column = 0; column < canvasSize; column++) {
      const dx = column - middle;
      const dy = row - middle;
      const x = Math.min(last, Math.max(0, middle + (cos * dx - sin * dy) / stretch));
      const y = Math.min(last, Math.max(0, middle + sin * dx + cos * dy));
      const left = Math.floor(x);
      const top = Math.floor(y);
      const right = x - left;
      const down = y - top;
      const corner = 3 * (top * canvasSize + left);
      const beside = left < last ? 3 : 0;
      const below = top < last ? 3 * canvasSize : 0;
      for (let c = 0; c < 3; c++, i++) {
        const at = corner + c;
        const upper = pixels[at] + right * (pixels[at + beside] - pixels[at]);
        const lower = pixels[at + below] + right * (pixels[at + below + beside] - pixels[at + below]);
        out[i] = upper + down * (lower - upper) + 0.5;
      }
    }
  }
  return out;
}
