/** A rectangle in points; y grows downwards. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How a shape is filled and outlined; colors as `#rrggbb`. */
export interface Paint {
  readonly fill?: string;
  /** Of the filling, in [0,1]; 1 unless it is said. */
  readonly fillOpacity?: number;
  readonly stroke?: string;
  /** Of the outline, in points. */
  readonly strokeWidth?: number;
  /** Lengths of dashes and gaps in points. */
  readonly dash?: readonly number[];
}

/** Something that can be drawn with any vector format; coordinates in points, y downwards. */
export type Shape =
  | ({ readonly kind: 'rectangle' } & Box & Paint)
  | ({ readonly kind: 'circle'; readonly x: number; readonly y: number; readonly radius: number } & Paint)
  | ({
      readonly kind: 'path';
      readonly points: readonly (readonly [x: number, y: number])[];
      readonly isClosed: boolean;
    } & Paint)
  | {
      readonly kind: 'text';
      /** Where the anchor of its baseline lies. */
      readonly x: number;
      readonly y: number;
      readonly text: string;
      /** In points. */
      readonly size: number;
      readonly weight: 'regular' | 'bold';
      readonly color: string;
      readonly anchor: 'start' | 'middle' | 'end';
      /** Degrees clockwise around the anchor. */
      readonly angle: number;
    }
  | ({ readonly kind: 'image'; readonly bytes: Uint8Array; readonly mediaType: string } & Box)
  /** Shapes of which only what lies in a box is seen. */
  | { readonly kind: 'clip'; readonly box: Box; readonly shapes: readonly Shape[] };

/** A figure with a place for everything. */
export interface Scene {
  /** In points. */
  readonly width: number;
  readonly height: number;
  readonly font: 'sans' | 'serif';
  /** The later lies on top. */
  readonly shapes: readonly Shape[];
}

/** Draws a straight line from one point to another. */
export function lineBetween(x0: number, y0: number, x1: number, y1: number, paint: Paint): Shape {
  const points = [
    [x0, y0],
    [x1, y1],
  ] as const;
  return { kind: 'path', points, isClosed: false, ...paint };
}

/** Writes a coordinate with two decimals at most, which is less than a printer can show. */
export function writeCoordinate(value: number): string {
  const text = value.toFixed(2).replace(/\.?0+$/, '');
  return text === '-0' ? '0' : text;
}
