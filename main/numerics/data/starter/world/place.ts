import { type Grid, wholeCanvas } from './canvas';

/** Where a shape is put on the canvas; what is left out changes nothing. */
export interface Placement {
  /** The shape's center in canvas units. */
  readonly center?: readonly [number, number];
  /** In radians, clockwise as seen. */
  readonly rotation?: number;
  /** Canvas units per unit of the shape along its x and y; negative mirrors. */
  readonly scale?: readonly [number, number];
  /** How far the shape leans: added to x per unit of y. */
  readonly shear?: number;
}

/**
 * Returns the coordinates of the pixels as a placed shape sees them: moved to its center, turned
 * back, divided by its scale, and straightened (y′ = y/s_y, x′ = x/s_x − shear · y′).
 *
 * @param placement see {@link Placement}
 * @returns coordinates in the units of the shape
 */
export function place(placement: Placement): Grid {
  const { center = [0, 0], rotation = 0, scale = [1, 1], shear = 0 } = placement;
  const cos = Math.cos(rotation);
  const sin = Math.sin(rotation);
  const { x, y } = wholeCanvas;
  const placed = { x: new Float64Array(x.length), y: new Float64Array(x.length) };
  for (let at = 0; at < x.length; at++) {
    const dx = x[at] - center[0];
    const dy = y[at] - center[1];
    const down = (cos * dy - sin * dx) / scale[1];
    placed.x[at] = (cos * dx + sin * dy) / scale[0] - shear * down;
    placed.y[at] = down;
  }
  return placed;
}
