import { type RandomStream } from '#numerics/engine/random';
import { Canvas, degrade, type Field } from './canvas';
import { disc, place, type Point, polygon, polyline, subtract } from './distance';
import { drawBrightColor, drawDarkColor, paintBackground } from './palette';

/** Shapes of about unit radius around the origin, y downward. */
const shapes: Readonly<Record<string, Field>> = {
  arrow: polygon([
    [0.95, 0],
    [0.15, -0.75],
    [0.15, -0.28],
    [-0.9, -0.28],
    [-0.9, 0.28],
    [0.15, 0.28],
    [0.15, 0.75],
  ]),
  bolt: polygon([
    [0.35, -0.95],
    [-0.55, 0.15],
    [-0.05, 0.15],
    [-0.35, 0.95],
    [0.55, -0.2],
    [0.05, -0.2],
  ]),
  crescent: subtract(disc(0.9), (x, y) => disc(0.78)(x - 0.42, y)),
  cross: polygon([
    [-0.28, -0.9],
    [0.28, -0.9],
    [0.28, -0.28],
    [0.9, -0.28],
    [0.9, 0.28],
    [0.28, 0.28],
    [0.28, 0.9],
    [-0.28, 0.9],
    [-0.28, 0.28],
    [-0.9, 0.28],
    [-0.9, -0.28],
    [-0.28, -0.28],
  ]),
  disc: disc(0.82),
  heart: polygon(Array.from({ length: 32 }, (_, i) => heartPoint((2 * Math.PI * i) / 32))),
  ring: subtract(disc(0.88), disc(0.5)),
  square: polygon([
    [-0.74, -0.74],
    [0.74, -0.74],
    [0.74, 0.74],
    [-0.74, 0.74],
  ]),
  star: polygon(Array.from({ length: 10 }, (_, i) => polarPoint(i % 2 === 0 ? 1 : 0.42, (Math.PI * i) / 5))),
  triangle: polygon([0, 1, 2].map((i) => polarPoint(1, (2 * Math.PI * i) / 3))),
};

/** Names of the classes of the task `shapes`, in code-unit order. */
export const shapeClasses: readonly string[] = Object.keys(shapes);

/**
 * Draws one bright shape on a dark, cluttered background, with stray strokes behind and before it.
 *
 * @param className one of {@link shapeClasses}
 * @param stream source of all draws of this image
 * @returns the picture
 */
export function drawShape(className: string, stream: RandomStream): Canvas {
  const canvas = new Canvas();
  paintBackground(canvas, stream, 0.6);
  for (let stroke = 0; stroke < 3; stroke++) {
    canvas.fill(strayStroke(stream), drawDarkColor(stream));
  }
  const placement = { scale: [0.6, 0.85], stretch: 0.2, rotation: 0.25, shift: 0.12 } as const;
  canvas.fill(place(shapes[className], stream, placement), drawBrightColor(stream));
  canvas.fill(strayStroke(stream), drawDarkColor(stream), 0.6);
  degrade(canvas, stream, 0.1);
  return canvas;
}

function strayStroke(stream: RandomStream): Field {
  const point = (): Point => [stream.uniform(-1.1, 1.1), stream.uniform(-1.1, 1.1)];
  return polyline([point(), point()], stream.uniform(0.03, 0.1));
}

/** Point of a unit figure; angle 0 is up, so that a corner points upward. */
function polarPoint(radius: number, angle: number): Point {
  return [radius * Math.sin(angle), -radius * Math.cos(angle)];
}

/** The classic heart curve x = 16 sin³t, y = 13 cos t − 5 cos 2t − 2 cos 3t − cos 4t, fitted to the unit disc. */
function heartPoint(t: number): Point {
  const x = 16 * Math.sin(t) ** 3;
  const y = 13 * Math.cos(t) - 5 * Math.cos(2 * t) - 2 * Math.cos(3 * t) - Math.cos(4 * t);
  return [x / 17, -(y + 2.5) / 17];
}
