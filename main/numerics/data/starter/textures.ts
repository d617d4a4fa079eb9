import { type RandomStream } from '#numerics/engine/random';
import { Canvas, clampUnit, degrade, type Field, valueNoise } from './canvas';
import { drawBrightColor, drawDarkColor } from './palette';

/**
 * Makes a pattern: a field that is positive in one color and negative in the other. One period is
 * one unit; (x, y) is already rotated, warped and multiplied by the frequency.
 */
type Pattern = (stream: RandomStream) => Field;

const patterns: Readonly<Record<string, Pattern>> = {
  blotchy: (stream) => {
    const noise = valueNoise(stream, 8);
    return (x, y) => 4 * (noise(x / 3, y / 3) - 0.5);
  },
  bricks: () => (x, y) => {
    const row = Math.floor(1.6 * y);
    const mortarY = edgeDistance(1.6 * y) / 1.6;
    const mortarX = edgeDistance(0.8 * x + 0.5 * (row & 1)) / 0.8;
    return 5 * (Math.min(mortarX, mortarY) - 0.11);
  },
  checkered: () => (x, y) => 2 * Math.sin(Math.PI * x) * Math.sin(Math.PI * y),
  concentric: () => (x, y) => 1.5 * Math.sin(2 * Math.PI * Math.hypot(x, y)),
  cracked: (stream) => {
    const points = Array.from({ length: 16 }, () => [stream.uniform(-3, 3), stream.uniform(-3, 3)] as const);
    return (x, y) => {
      let nearest = Infinity;
      let second = Infinity;
      for (const [px, py] of points) {
        const distance = Math.sqrt((x - px) ** 2 + (y - py) ** 2);
        second = Math.min(second, Math.max(nearest, distance));
        nearest = Math.min(nearest, distance);
      }
      return 5 * (second - nearest - 0.2);
    };
  },
  dotted: () => (x, y) => 5 * (0.3 - Math.hypot(edgeDistance(x), edgeDistance(y))),
  gridded: () => (x, y) => 5 * (0.13 - Math.min(edgeDistance(x), edgeDistance(y))),
  radial: (stream) => {
    const spokes = 4 + stream.integer(4);
    return (x, y) => 1.5 * Math.sin(spokes * Math.atan2(y, x));
  },
  striped: () => (x) => 1.5 * Math.sin(2 * Math.PI * x),
  zigzag: () => (x, y) => 1.5 * Math.sin(2 * Math.PI * (y + 0.9 * Math.abs(2 * edgeDistance(x / 1.6)))),
};

/** Names of the classes of the task `textures`, in code-unit order. */
export const textureClasses: readonly string[] = Object.keys(patterns);

/**
 * Draws a pattern, bright on dark, over the whole picture, in random frequency, phase and direction.
 *
 * @param className one of {@link textureClasses}
 * @param stream source of all draws of this image
 * @returns the picture
 */
export function drawTexture(className: string, stream: RandomStream): Canvas {
  const canvas = new Canvas();
  const pattern = place(patterns[className](stream), stream);
  canvas.blend(() => 1, drawDarkColor(stream));
  canvas.blend((x, y) => clampUnit(0.5 + pattern(x, y)), drawBrightColor(stream));
  degrade(canvas, stream, 0.12);
  return canvas;
}

/** The pattern seen through a random rotation, frequency, shift and a slow warp. */
function place(pattern: Field, stream: RandomStream): Field {
  const frequency = stream.uniform(1.5, 2.1);
  const angle = stream.uniform(-0.3, 0.3);
  const cos = frequency * Math.cos(angle);
  const sin = frequency * Math.sin(angle);
  const shiftX = stream.uniform(-0.5, 0.5);
  const shiftY = stream.uniform(-0.5, 0.5);
  const warpX = valueNoise(stream, 3);
  const warpY = valueNoise(stream, 3);
  return (x, y) => {
    const u = x + 0.15 * (warpX(x, y) - 0.5);
    const v = y + 0.15 * (warpY(x, y) - 0.5);
    return pattern(cos * u + sin * v + shiftX, cos * v - sin * u + shiftY);
  };
}

/** Distance to the nearest integer: 0 on the lines between cells of length 1, ½ in their middle. */
function edgeDistance(value: number): number {
  return Math.abs(value - Math.round(value));
}
