/** Side of a drawn image in pixels. */
export const canvasSize = 32;

const PIXELS = canvasSize * canvasSize;

/** Width of a pixel in canvas units: x runs from −1 to 1 to the right, y from −1 to 1 downward. */
const PIXEL = 2 / canvasSize;

/** Red, green and blue in [0,1]. */
export type Rgb = readonly [number, number, number];

/** A number at each pixel: takes the pixel's coordinates and its index, row by row. */
export type Field = (x: number, y: number, at: number) => number;

/** The coordinates of each pixel's center, row by row, in canvas units or in those of a placed shape. */
export interface Grid {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** The coordinates of the canvas itself. */
export const wholeCanvas: Grid = {
  x: Float64Array.from({ length: PIXELS }, (_, at) => ((at % canvasSize) + 0.5) * PIXEL - 1),
  y: Float64Array.from({ length: PIXELS }, (_, at) => (Math.floor(at / canvasSize) + 0.5) * PIXEL - 1),
};

/**
 * A 32 × 32 picture in floating point that shapes are painted on; black at first. Allocating one takes
 * longer than painting it, so drawings start from {@link blankCanvas}.
 */
export class Canvas {
  /** 32 × 32 × 3 values, red, green, blue; {@link clip} brings them to [0,1]. */
  readonly values = new Float32Array(PIXELS * 3);

  /**
   * Paints the whole picture in one color.
   *
   * @param color the color
   */
  flood(color: Rgb): void {
    const { values } = this;
    const [red, green, blue] = color;
    for (let i = 0; i < values.length; i += 3) {
      values[i] = red;
      values[i + 1] = green;
      values[i + 2] = blue;
    }
  }

  /**
   * Blends a color over the picture: value · (1 − opacity) + color · opacity.
   *
   * @param grid the coordinates that the opacity takes
   * @param opacity in [0,1]
   * @param color the color
   */
  blend(grid: Grid, opacity: Field, color: Rgb): void {
    const { values } = this;
    const [red, green, blue] = color;
    const { x, y } = grid;
    for (let at = 0, i = 0; at < PIXELS; at++, i += 3) {
      const share = opacity(x[at], y[at], at);
      if (share === 0) continue;
      values[i] += share * (red - values[i]);
      values[i + 1] += share * (green - values[i + 1]);
      values[i + 2] += share * (blue - values[i + 2]);
    }
  }

  /**
   * Fills the inside of a shape, with an antialiased edge one pixel wide.
   *
   * @param grid the coordinates that the distance takes
   * @param distance signed distance to the edge, negative inside
   * @param color the color
   * @param unit length of the distance's unit in canvas units
   * @param opacity opacity of the inside, in [0,1]
   */
  fill(grid: Grid, distance: Field, color: Rgb, unit = 1, opacity = 1): void {
    const { values } = this;
    const [red, green, blue] = color;
    const { x, y } = grid;
    const slope = unit / PIXEL;
    for (let at = 0, i = 0; at < PIXELS; at++, i += 3) {
      const coverage = 0.5 - slope * distance(x[at], y[at], at);
      if (coverage <= 0) continue;
      const share = coverage < 1 ? coverage * opacity : opacity;
      values[i] += share * (red - values[i]);
      values[i + 1] += share * (green - values[i + 1]);
      values[i + 2] += share * (blue - values[i + 2]);
    }
  }

  /**
   * Blends over each pixel a color of its own.
   *
   * @param grid the coordinates that opacity and color take
   * @param opacity in [0,1]
   * @param colorOf returns the pixel's color
   */
  blendEach(grid: Grid, opacity: Field, colorOf: (x: number, y: number) => Rgb): void {
    const { values } = this;
    const { x, y } = grid;
    for (let at = 0; at < PIXELS; at++) {
      const share = opacity(x[at], y[at], at);
      if (share === 0) continue;
      const color = colorOf(x[at], y[at]);
      for (let c = 0; c < 3; c++) values[at * 3 + c] += share * (color[c] - values[at * 3 + c]);
    }
  }

  /**
   * Adds a field to every channel.
   *
   * @param grid the coordinates that the field takes
   * @param field what is added
   * @param amounts its factor for red, green and blue
   */
  add(grid: Grid, field: Field, amounts: Rgb = [1, 1, 1]): void {
    const { values } = this;
    const [red, green, blue] = amounts;
    const { x, y } = grid;
    for (let at = 0, i = 0; at < PIXELS; at++, i += 3) {
      const value = field(x[at], y[at], at);
      values[i] += red * value;
      values[i + 1] += green * value;
      values[i + 2] += blue * value;
    }
  }

  /** Limits every value to [0,1]. */
  clip(): void {
    const { values } = this;
    for (let i = 0; i < values.length; i++) values[i] = clampUnit(values[i]);
  }
}

const onlyCanvas = new Canvas();

/**
 * Starts a picture: blackens the one canvas of this thread, whose picture so far is lost.
 *
 * @returns the canvas
 */
export function blankCanvas(): Canvas {
  onlyCanvas.values.fill(0);
  return onlyCanvas;
}

/**
 * Returns how much of a pixel lies inside of a shape.
 *
 * @param distance signed distance of the pixel's center to the edge in canvas units, negative inside
 * @returns the share, in [0,1]
 */
export function coverage(distance: number): number {
  return clampUnit(0.5 - distance / PIXEL);
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
