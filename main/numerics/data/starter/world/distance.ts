import { type Field } from './canvas';

/** A point, x to the right and y downward. */
export type Point = readonly [number, number];

const { abs, max, min, sqrt } = Math;

/**
 * Returns the signed distance to a disc.
 *
 * @param x coordinate relative to the center
 * @param y coordinate relative to the center
 * @param radius the disc's radius
 * @returns the distance, negative inside
 */
export function disc(x: number, y: number, radius: number): number {
  return sqrt(x * x + y * y) - radius; // Math.hypot is ten times slower.
}

/**
 * Returns the signed distance to a box, by the larger of the coordinates.
 *
 * @param x coordinate relative to the center
 * @param y coordinate relative to the center
 * @param halfWidth half of the box's width
 * @param halfHeight half of the box's height
 * @returns the distance, negative inside
 */
export function box(x: number, y: number, halfWidth: number, halfHeight: number): number {
  return max(abs(x) - halfWidth, abs(y) - halfHeight);
}

/**
 * Returns the signed distance to a regular polygon around the origin: max over its sides of n · p − r.
 *
 * @param sides number of sides
 * @param radius distance from the center to a side
 * @param angle direction of one side's normal in radians, 0 to the right, clockwise as seen
 * @param rise how far the center lies above the origin
 * @returns the distance, negative inside
 */
export function regularPolygon(sides: number, radius: number, angle = 0, rise = 0): Field {
  const directions = Array.from({ length: sides }, (_, k) => angle + (2 * Math.PI * k) / sides);
  const cos = Float64Array.from(directions, Math.cos);
  const sin = Float64Array.from(directions, Math.sin);
  return (x, y) => {
    let farthest = -Infinity;
    for (let k = 0; k < sides; k++) farthest = max(farthest, cos[k] * x + sin[k] * (y + rise));
    return farthest - radius;
  };
}

/**
 * Returns the signed distance to lines drawn with a round pen.
 *
 * @param lines each at least two points
 * @param halfWidth half of the pen's width
 * @returns the distance, negative inside
 */
export function strokes(lines: readonly (readonly Point[])[], halfWidth: number): Field {
  // Per segment: start, direction, and 1/length² (bounded, because two points may coincide).
  const segments = Float64Array.from(
    lines.flatMap((points) =>
      points.slice(1).flatMap(([x, y], i) => {
        const dx = x - points[i][0];
        const dy = y - points[i][1];
        return [points[i][0], points[i][1], dx, dy, 1 / (dx * dx + dy * dy + 1e-6)];
      }),
    ),
  );
  return (x, y) => {
    let nearest = Infinity;
    for (let s = 0; s < segments.length; s += 5) {
      const px = x - segments[s];
      const py = y - segments[s + 1];
      const dx = segments[s + 2];
      const dy = segments[s + 3];
      let along = (px * dx + py * dy) * segments[s + 4];
      along = along < 0 ? 0 : along > 1 ? 1 : along;
      const ex = px - along * dx;
      const ey = py - along * dy;
      const square = ex * ex + ey * ey;
      if (square < nearest) nearest = square;
    }
    return sqrt(nearest) - halfWidth;
  };
}

/**
 * Returns the part of a number after its floor, for patterns of period 1.
 *
 * @param value any number
 * @returns value − ⌊value⌋, in [0,1)
 */
export function fraction(value: number): number {
  return value - Math.floor(value);
}

/**
 * Returns the smallest of some distances: the union of their shapes.
 *
 * @param a a signed distance
 * @param b a signed distance
 * @param c a signed distance
 * @returns the distance to the union
 */
export function union(a: number, b: number, c = Infinity): number {
  return min(a, b, c);
}
