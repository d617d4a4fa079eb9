import { type RandomStream } from '#numerics/engine/random';
import { type Canvas, canvasSize, clampUnit, type Rgb } from './canvas';

/** The greatest flaws of a camera; each is multiplied by the shift of the picture. */
export interface Camera {
  /** Change of brightness, as a fraction. */
  readonly gain: number;
  /** Change of brightness of each channel, as a fraction. */
  readonly cast: number;
  /** Share of the blurred picture that is mixed in. */
  readonly blur: number;
  /** Standard deviation of the noise of each value. */
  readonly noise: number;
  /** Loss of contrast, as a fraction. */
  readonly contrast: number;
  /** Haze that is added to red, green and blue. */
  readonly tint?: Rgb;
}

const ROW = canvasSize * 3;

/** Scratch of one call; allocating it for each image would take longer than its use. */
const noise = new Float32Array(canvasSize * ROW);
const columns = new Float32Array(canvasSize * ROW);

/**
 * Takes a finished picture as a poor camera would: blur, loss of contrast, changed brightness and
 * color, haze and pixel noise.
 *
 * @param canvas the picture, which is changed
 * @param stream source of the draws
 * @param shift strength of all flaws, in [0,1]
 * @param camera the flaws at strength 1
 * @returns 32 × 32 × 3 bytes, red, green, blue
 */
export function photograph(canvas: Canvas, stream: RandomStream, shift: number, camera: Camera): Uint8Array {
  canvas.clip();
  blur(canvas.values, stream.uniform() * camera.blur * shift);
  const contrast = 1 - camera.contrast * shift * stream.uniform();
  const gain = 1 + camera.gain * shift * stream.uniform(-1, 1);
  const gains = [0, 1, 2].map(() => gain * (1 + camera.cast * shift * stream.uniform(-1, 1)));
  const tint = (camera.tint ?? [0, 0, 0]).map((value) => value * shift);
  const { values } = canvas;
  stream.fillNormals(noise, camera.noise * shift);
  const pixels = new Uint8Array(values.length);
  for (let c = 0; c < 3; c++) {
    const factor = gains[c] * contrast;
    const offset = gains[c] * 0.5 * (1 - contrast) + tint[c];
    for (let i = c; i < values.length; i += 3) {
      pixels[i] = clampUnit(values[i] * factor + offset + noise[i]) * 255 + 0.5;
    }
  }
  return pixels;
}

/** Mixes the picture with its binomial blur (1 2 1)ᵀ(1 2 1)/16, repeating the border. */
function blur(values: Float32Array, share: number): void {
  for (let i = 0; i < values.length; i++) {
    const above = values[i < ROW ? i : i - ROW];
    const below = values[i < values.length - ROW ? i + ROW : i];
    columns[i] = (above + 2 * values[i] + below) / 4;
  }
  for (let start = 0; start < values.length; start += ROW) {
    for (let column = 0; column < ROW; column++) {
      const i = start + column;
      const left = columns[column < 3 ? i : i - 3];
      const right = columns[column < ROW - 3 ? i + 3 : i];
      values[i] += share * ((left + 2 * columns[i] + right) / 4 - values[i]);
    }
  }
}
