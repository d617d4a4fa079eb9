import { type RandomStream } from '#numerics/engine/random';

/** Side of a drawn image in pixels. */
export const canvasSize = 32;

/** Width of a pixel in canvas units: x runs from −1 to 1 to the right, y from −1 to 1 downward. */
const PIXEL = 2 / canvasSize;

/** Red, green and blue in [0,1]. */
export type Rgb = readonly [number, number, number];

/** A number at each point of the canvas. */
export type Field = (x: number, y: number) => number;

/** A 32 × 32 picture in floating point that shapes are painted on. */
export class Canvas {
  readonly #values = new Float64Array(canvasSize * canvasSize * 3);

  /**
   * Blends a color over the picture.
   *
   * @param opacity opacity at each point, in [0,1]
   * @param color the color
   */
  blend(opacity: Field, color: Rgb): void {
    this.#forEachPixel((x, y, at) => {
      const share = opacity(x, y);
      for (let c = 0; c < 3; c++) this.#values[at + c] += share * (color[c] - this.#values[at + c]);
    });
  }

  /**
   * Fills the inside of a shape with an antialiased edge.
   *
   * @param distance signed distance to the edge in canvas units, negative inside
   * @param color the color
   * @param opacity opacity of the inside, in [0,1]
   */
  fill(distance: Field, color: Rgb, opacity = 1): void {
    this.blend((x, y) => opacity * clampUnit(0.5 - distance(x, y) / PIXEL), color);
  }

  /**
   * Changes every value.
   *
   * @param change takes a value and its channel (0 red, 1 green, 2 blue), returns the new value
   */
  adjust(change: (value: number, channel: number) => number): void {
    this.#forEachPixel((_x, _y, at) => {
      for (let c = 0; c < 3; c++) this.#values[at + c] = change(this.#values[at + c], c);
    });
  }

  /** Returns the picture as 32 × 32 × 3 bytes, red, green, blue; values outside [0,1] are clipped. */
  toBytes(): Uint8Array {
    return new Uint8Array(this.#values.map((value) => Math.round(255 * clampUnit(value))));
  }

  #forEachPixel(visit: (x: number, y: number, at: number) => void): void {
    for (let row = 0; row < canvasSize; row++) {
      for (let column = 0; column < canvasSize; column++) {
        visit((column + 0.5) * PIXEL - 1, (row + 0.5) * PIXEL - 1, (row * canvasSize + column) * 3);
      }
    }
  }
}

/**
 * Returns smooth random values in [0,1): a lattice of uniform draws, interpolated bilinearly.
 *
 * @param stream source of the draws
 * @param cells lattice cells along a side of the canvas
 * @returns the field, defined on the canvas
 */
export function valueNoise(stream: RandomStream, cells: number): Field {
  const points = cells + 1;
  const lattice = Float64Array.from({ length: points * points }, () => stream.uniform());
  return (x, y) => {
    const u = clampUnit((x + 1) / 2) * cells;
    const v = clampUnit((y + 1) / 2) * cells;
    const column = Math.min(cells - 1, Math.floor(u));
    const row = Math.min(cells - 1, Math.floor(v));
    const at = row * points + column;
    const upper = lattice[at] + (u - column) * (lattice[at + 1] - lattice[at]);
    const lower = lattice[at + points] + (u - column) * (lattice[at + points + 1] - lattice[at + points]);
    return upper + (v - row) * (lower - upper);
  };
}

/**
 * Spoils a finished picture as a camera would: contrast, brightness, a color cast and pixel noise.
 *
 * @param canvas the picture
 * @param stream source of the draws
 * @param noise greatest amount of the uniform noise of each value, in [0,1]
 */
export function degrade(canvas: Canvas, stream: RandomStream, noise: number): void {
  const contrast = stream.uniform(0.75, 1);
  const gains = [0, 1, 2].map(() => stream.uniform(0.85, 1.15));
  const offset = stream.uniform(-0.1, 0.1);
  canvas.adjust(
    (value, channel) =>
      gains[channel] * (0.5 + contrast * (value - 0.5)) + offset + stream.uniform(-noise, noise),
  );
}

/**
 * Limits a number to [0,1].
 *
 * @param value any number
 * @returns the nearest number in [0,1]
 */
export function clampUnit(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
