import { RandomStream } from '#numerics/engine/random';
import { roundHalfToEven } from './round-half-to-even';

const SCALE = [0.9, 1] as const;
const RATIO = [3 / 4, 4 / 3] as const;
const TRIES = 10;

/** A rectangle of an image, in pixels. */
export interface CropBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Which of the random crops of which run is meant. */
export interface CropKey {
  /** Seed of the run, unsigned 32-bit. */
  readonly seed: number;
  /** Number of images that the run took before this one. */
  readonly position: number;
}

/**
 * Draws the part of an image that a training step sees, as a pure function of its arguments:
 * area uniform in 0.9 to 1 of the image's, ratio log-uniform in 3/4 to 4/3, place uniform. If ten
 * draws do not fit into the image, the largest central part with an allowed ratio is taken.
 *
 * Source: torchvision 0.28, `RandomResizedCrop.get_params`; scale and ratio as in open_clip 2.10.1.
 *
 * @param width of the image in pixels
 * @param height of the image in pixels
 * @param key see {@link CropKey}
 * @returns the part
 */
export function drawCropBox(width: number, height: number, key: CropKey): CropBox {
  const stream = new RandomStream(key.seed, 'crop', key.position);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const area = width * height * stream.uniform(...SCALE);
    const ratio = Math.exp(stream.uniform(Math.log(RATIO[0]), Math.log(RATIO[1])));
    const w = roundHalfToEven(Math.sqrt(area * ratio));
    const h = roundHalfToEven(Math.sqrt(area / ratio));
    if (w < 1 || w > width || h < 1 || h > height) continue;
    const top = stream.integer(height - h + 1);
    return { left: stream.integer(width - w + 1), top, width: w, height: h };
  }
  return centralBox(width, height);
}

function centralBox(width: number, height: number): CropBox {
  let [w, h] = [width, height];
  if (width / height < RATIO[0]) h = roundHalfToEven(width / RATIO[0]);
  else if (width / height > RATIO[1]) w = roundHalfToEven(height * RATIO[1]);
  return { left: Math.floor((width - w) / 2), top: Math.floor((height - h) / 2), width: w, height: h };
}
