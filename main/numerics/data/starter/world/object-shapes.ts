import { type Field } from './canvas';
import { box, disc, fraction, regularPolygon, strokes, union } from './distance';

const { abs, max, min, sqrt } = Math;

const triangle = regularPolygon(3, 0.5, Math.PI / 2, -0.2);
const hexagon = regularPolygon(6, 0.72);
const bolt = strokes(
  [
    [
      [0.25, -0.8],
      [-0.25, 0.05],
      [0.25, 0],
      [-0.2, 0.85],
    ],
  ],
  0.15,
);
const petals = Array.from({ length: 5 }, (_, k) => {
  const angle = (2 * Math.PI * k) / 5;
  return [0.52 * Math.cos(angle), 0.52 * Math.sin(angle)] as const;
});

/** Signed distance to each object, within about ±0.9 around the origin, by the object's name. */
export const objectShapes: Readonly<Record<string, Field>> = {
  ball: (x, y) => disc(x, y, 0.8),
  box: (x, y) => box(x, y, 0.7, 0.7),
  triangle,
  star(x, y) {
    // The angle from the nearest tip; a tip points up.
    const tips = Math.PI / 5;
    const turn = (Math.atan2(y, x) + Math.PI / 2 + tips) / (2 * tips);
    const angle = abs(fraction(turn) * 2 * tips - tips);
    return 0.8 * (sqrt(x * x + y * y) * (0.45 * Math.cos(angle) + Math.sin(angle)) - 0.42);
  },
  heart: (x, y) =>
    union(
      disc(x - 0.38, y + 0.25, 0.42),
      disc(x + 0.38, y + 0.25, 0.42),
      max(0.72 * (abs(x) + 0.95 * y - 0.62), -y - 0.3),
    ),
  cross: (x, y) => union(box(x, y, 0.25, 0.8), box(x, y, 0.8, 0.25)),
  ring: (x, y) => abs(disc(x, y, 0.6)) - 0.2,
  moon: (x, y) => max(disc(x, y, 0.8), -disc(x - 0.4, y, 0.65)),
  hexagon,
  arrow: (x, y) => union(box(x + 0.25, y, 0.55, 0.18), 0.8 * max(abs(y) + x - 0.85, 0.2 - x)),
  house: (x, y) => union(box(x, y - 0.35, 0.55, 0.42), max(0.7 * (abs(x) - (y + 0.85)), y + 0.05)),
  tree: (x, y) => union(box(x, y - 0.6, 0.13, 0.3), disc(x, y + 0.3, 0.52), disc(x, y - 0.05, 0.4)),
  flower(x, y) {
    let distance = disc(x, y, 0.25);
    for (const [left, top] of petals) distance = min(distance, disc(x - left, y - top, 0.26));
    return distance;
  },
  mug: (x, y) => union(box(x + 0.15, y, 0.45, 0.6), max(abs(disc(x - 0.35, y, 0.33)) - 0.1, 0.25 - x)),
  fish: (x, y) => union(disc(x + 0.15, 1.7 * y, 0.6), 0.8 * max(abs(y) - 0.9 * (x - 0.3), x - 0.85)),
  umbrella: (x, y) =>
    union(
      max(disc(x, y + 0.1, 0.8), y + 0.1),
      abs(x) - 0.07 + max(abs(y - 0.3) - 0.5, 0),
      max(abs(disc(x - 0.15, y - 0.7, 0.16)) - 0.06, 0.7 - y),
    ),
  mushroom: (x, y) => union(max(disc(x, 1.1 * (y + 0.05), 0.8), y + 0.05), box(x, y - 0.35, 0.22, 0.45)),
  hourglass: (x, y) => 0.8 * max(abs(x) - 0.8 * abs(y) - 0.06, abs(y) - 0.8),
  bolt,
  ladder: (x, y) =>
    union(
      abs(abs(x) - 0.4) - 0.1 + max(abs(y) - 0.8, 0),
      max(abs(fraction(2.2 * y) - 0.5) / 2.2 - 0.08, abs(x) - 0.4, abs(y) - 0.8),
    ),
};

/** Names of the objects. */
export const objectNames: readonly string[] = Object.keys(objectShapes);
