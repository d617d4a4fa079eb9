import { type RandomStream } from '#numerics/engine/random';
import { type Field } from './canvas';

/** A point in canvas units, x to the right and y downward. */
export type Point = readonly [number, number];

/** How a shape is placed: a range for each draw. */
export interface Placement {
  /** Smallest and largest factor. */
  readonly scale: readonly [number, number];
  /** Greatest change of the aspect ratio, as a fraction. */
  readonly stretch: number;
  /** Greatest rotation to either side, in radians. */
  readonly rotation: number;
  /** Greatest shift of the center along each axis, in canvas units. */
  readonly shift: number;
}

/**
 * Returns the signed distance to a disc around the origin.
 *
 * @param radius in canvas units
 * @returns the distance, negative inside
 */
export function disc(radius: number): Field {
  return (x, y) => length(x, y) - radius;
}

/**
 * Returns the signed distance to a simple polygon. Source: Inigo Quilez, "2D distance functions"
 * (`sdPolygon`): the nearest edge gives the size, the number of crossings the sign.
 *
 * @param corners in order around the polygon, at least three
 * @returns the distance, negative inside
 */
export function polygon(corners: readonly Point[]): Field {
  return (x, y) => {
    let nearest = Infinity;
    let isInside = false;
    for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
      const a = corners[i];
      const b = corners[j];
      nearest = Math.min(nearest, segmentDistance(x, y, a, b));
      const isCrossing = a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0];
      if (isCrossing) isInside = !isInside;
    }
    return isInside ? -nearest : nearest;
  };
}

/**
 * Returns the signed distance to a line of round pens through some points.
 *
 * @param points at least two
 * @param halfWidth half of the line's width in canvas units
 * @returns the distance, negative inside
 */
export function polyline(points: readonly Point[], halfWidth: number): Field {
  return (x, y) => {
    let nearest = Infinity;
    for (let i = 1; i < points.length; i++) {
      nearest = Math.min(nearest, segmentDistance(x, y, points[i - 1], points[i]));
    }
    return nearest - halfWidth;
  };
}

/**
 * Returns the signed distance to what lies in any of some shapes.
 *
 * @param shapes at least one
 * @returns the distance, negative inside
 */
export function union(shapes: readonly Field[]): Field {
  return (x, y) => shapes.reduce((nearest, shape) => Math.min(nearest, shape(x, y)), Infinity);
}

/**
 * Returns a bound of the signed distance to what is left of one shape outside another.
 *
 * @param shape the shape that remains
 * @param hole the shape that is cut out
 * @returns the distance, negative inside
 */
export function subtract(shape: Field, hole: Field): Field {
  return (x, y) => Math.max(shape(x, y), -hole(x, y));
}

/**
 * Scales, stretches, rotates and moves a shape by random amounts. Stretching makes the distance
 * approximate, which shows in the softness of edges only.
 *
 * @param shape a shape around the origin
 * @param stream source of the draws
 * @param placement ranges of the draws
 * @returns the placed shape
 */
export function place(shape: Field, stream: RandomStream, placement: Placement): Field {
  const scale = stream.uniform(...placement.scale);
  const stretch = Math.exp(stream.uniform(-placement.stretch, placement.stretch) / 2);
  const angle = stream.uniform(-placement.rotation, placement.rotation);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const centerX = stream.uniform(-placement.shift, placement.shift);
  const centerY = stream.uniform(-placement.shift, placement.shift);
  return (x, y) => {
    const dx = (x - centerX) / scale;
    const dy = (y - centerY) / scale;
    return scale * shape((cos * dx + sin * dy) / stretch, (cos * dy - sin * dx) * stretch);
  };
}

function segmentDistance(x: number, y: number, from: Point, to: Point): number {
  const px = x - from[0];
  const py = y - from[1];
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  const along = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy)));
  return length(px - along * dx, py - along * dy);
}

/** √(x² + y²); `Math.hypot` is ten times slower and guards against overflows that cannot occur here. */
function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}
