import { type RandomStream } from '#numerics/engine/random';
import { Canvas, degrade, type Field } from './canvas';
import { place, type Placement, type Point, polyline, union } from './distance';
import { drawBrightColor, paintBackground } from './palette';

/** The strokes of each digit: points in a box of about ±0.55 × ±0.9, y downward. */
const strokes: readonly (readonly (readonly Point[])[])[] = [
  [arc(0, 0, 0.5, 0.85, 0, 360)],
  [
    [
      [-0.3, -0.5],
      [0.08, -0.85],
      [0.08, 0.85],
    ],
  ],
  [[...arc(0, -0.4, 0.48, 0.45, -170, 45), [-0.5, 0.85], [0.55, 0.85]]],
  [[...arc(-0.05, -0.43, 0.48, 0.42, -150, 90), ...arc(-0.05, 0.42, 0.53, 0.45, -90, 150)]],
  [
    [
      [0.3, 0.88],
      [0.3, -0.85],
      [-0.5, 0.35],
      [0.55, 0.35],
    ],
  ],
  [[[0.45, -0.85], [-0.35, -0.85], [-0.42, -0.1], ...arc(-0.02, 0.32, 0.5, 0.52, -130, 150)]],
  [[[0.35, -0.85], [-0.2, -0.35], ...arc(0, 0.38, 0.48, 0.47, -160, 190)]],
  [
    [
      [-0.52, -0.85],
      [0.5, -0.85],
      [-0.1, 0.88],
    ],
  ],
  [arc(0, -0.43, 0.4, 0.42, 90, 450), arc(0, 0.43, 0.5, 0.45, -90, 270)],
  [[...arc(0, -0.38, 0.46, 0.47, 0, 360), [0.46, -0.38], [0.3, 0.88]]],
];

/** Names of the classes of the task `digits`, in code-unit order. */
export const digitClasses: readonly string[] = strokes.map((_, digit) => String(digit));

/**
 * Draws a handwritten-looking digit in a bright color, often with parts of other digits at its sides.
 *
 * @param className one of {@link digitClasses}
 * @param stream source of all draws of this image
 * @returns the picture
 */
export function drawDigit(className: string, stream: RandomStream): Canvas {
  const canvas = new Canvas();
  const color = drawBrightColor(stream);
  paintBackground(canvas, stream, 0.6);
  const placement = { scale: [0.76, 0.95], stretch: 0.2, rotation: 0.15, shift: 0.1 } as const;
  for (const side of [-1, 1]) {
    if (stream.uniform() < 0.3) canvas.fill(neighbor(stream, side, placement), color, 0.5);
  }
  canvas.fill(place(handwrite(Number(className), stream), stream, placement), color);
  degrade(canvas, stream, 0.1);
  return canvas;
}

/** A random digit, moved so far to a side that only a part of it is in the picture. */
function neighbor(stream: RandomStream, side: number, placement: Placement): Field {
  const digit = place(handwrite(stream.integer(strokes.length), stream), stream, placement);
  const shift = side * stream.uniform(1.3, 1.5);
  return (x, y) => digit(x - shift, y);
}

/** The digit with every point moved a little, drawn with a pen of random width. */
function handwrite(digit: number, stream: RandomStream): Field {
  const halfWidth = stream.uniform(0.1, 0.18);
  const slant = stream.uniform(-0.25, 0.25);
  const jitter = ([x, y]: Point): Point => [
    x - slant * y + stream.normal(0, 0.04),
    y + stream.normal(0, 0.04),
  ];
  return union(strokes[digit].map((points) => polyline(points.map(jitter), halfWidth)));
}

/** Points on an ellipse; angles in degrees, 0 to the right, increasing clockwise as seen. */
function arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number): Point[] {
  const steps = Math.ceil(Math.abs(to - from) / 40);
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / steps) * Math.PI) / 180;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)] as const;
  });
}
