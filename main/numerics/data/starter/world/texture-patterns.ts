import { type RandomStream } from '#numerics/engine/random';
import { type Field, wholeCanvas } from './canvas';
import { fraction } from './distance';
import { valueNoise } from './value-noise';

/** Names of the textures. */
export const textureNames = [
  'striped',
  'dotted',
  'checkered',
  'gridded',
  'zigzag',
  'swirly',
  'cracked',
  'marbled',
  'honeycomb',
  'blotchy',
] as const;

const { abs, cos, max, min, sin, sqrt } = Math;

/**
 * Returns the pattern of a texture: positive where the front color is, and the steeper the sharper.
 *
 * @param classIndex position in {@link textureNames}
 * @param cycles half periods of the pattern per canvas unit
 * @param stream source of the draws
 * @returns a field without bounds
 */
export function patternOf(classIndex: number, cycles: number, stream: RandomStream): Field {
  const f = cycles * Math.PI;
  switch (textureNames[classIndex]) {
    case 'striped':
      return (x) => 3 * sin(f * x);
    case 'dotted':
      return (x, y) => {
        const u = fraction((x * cycles) / 1.3) - 0.5;
        const v = fraction((y * cycles) / 1.3) - 0.5;
        return 14 * (0.33 - sqrt(u * u + v * v));
      };
    case 'checkered':
      return (x, y) => 5 * sin(f * x) * sin(f * y);
    case 'gridded':
      return (x, y) => 7 * (max(cos(f * x), cos(f * y)) - 0.72);
    case 'zigzag':
      return (x, y) => 3 * sin(f * y + 3.84 * abs(2 * fraction(0.35 * cycles * x) - 1));
    case 'swirly':
      return swirl(f, stream);
    case 'cracked':
      return cracks(stream);
    case 'marbled': {
      const noise = valueNoise(stream, 5);
      return (x, _y, at) => 2 * sin(0.7 * f * x + 11.2 * noise[at]);
    }
    case 'honeycomb':
      return honeycomb(0.85 * cycles);
    default: {
      const noise = valueNoise(stream, 7);
      return (_x, _y, at) => 12 * noise[at];
    }
  }
}

/** Arms of a spiral around a point near the middle of the canvas. */
function swirl(f: number, stream: RandomStream): Field {
  const left = stream.uniform(-0.3, 0.3);
  const top = stream.uniform(-0.3, 0.3);
  const turn = stream.uniform() < 0.5 ? 1 : -1;
  return (_x, _y, at) => {
    const u = wholeCanvas.x[at] - left;
    const v = wholeCanvas.y[at] - top;
    return 3 * sin(1.3 * f * sqrt(u * u + v * v) + turn * Math.atan2(v, u));
  };
}

/** The borders of the Voronoi cells of 14 points: where the two nearest points are equally far. */
function cracks(stream: RandomStream): Field {
  const points = Float64Array.from({ length: 28 }, () => stream.uniform(-1.1, 1.1));
  return (_x, _y, at) => {
    let nearest = Infinity;
    let second = Infinity;
    for (let k = 0; k < points.length; k += 2) {
      const u = wholeCanvas.x[at] - points[k];
      const v = wholeCanvas.y[at] - points[k + 1];
      const square = u * u + v * v;
      if (square < nearest) {
        second = nearest;
        nearest = square;
      } else if (square < second) second = square;
    }
    return 16 * (0.09 - (sqrt(second) - sqrt(nearest)));
  };
}

/** The borders of hexagonal cells, whose centers are two rectangular lattices, one inside the other. */
function honeycomb(scale: number): Field {
  return (x, y) => {
    const column = x * scale;
    const row = (y * scale) / 1.732;
    const u0 = fraction(column) - 0.5;
    const v0 = 1.732 * (fraction(row) - 0.5);
    const u1 = fraction(column + 0.5) - 0.5;
    const v1 = 1.732 * (fraction(row + 0.5) - 0.5);
    const d0 = sqrt(u0 * u0 + v0 * v0);
    const d1 = sqrt(u1 * u1 + v1 * v1);
    const sideways = 0.5 - abs(d0 < d1 ? u0 : u1); // to the neighbor in the same lattice
    return 12 * (0.13 - min(abs(d0 - d1), 1.4 * sideways));
  };
}
