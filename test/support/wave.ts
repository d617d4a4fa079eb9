import { sizeOf, type NamedArray, type Shape } from '#numerics/engine/tensor';

/** The formula of the scripts in `test/golden/generate`: scale·sin(phase + 0.7i + 0.003i²) for the flat index i. */
export function wave(shape: Shape, phase: number, scale: number): Float32Array {
  return Float32Array.from(
    { length: sizeOf(shape) },
    (_, i) => scale * Math.sin(phase + 0.7 * i + 0.003 * i * i),
  );
}

/** One wave for each parameter, in the order of their names, as the scripts make trees. */
export function waves(
  shapes: ReadonlyMap<string, Shape>,
  offset: number,
  scale: number,
): Map<string, NamedArray> {
  const sorted = [...shapes].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([name, shape], k) => [name, { shape, data: wave(shape, offset + k, scale) }]));
}

/** What the scripts keep of a gradient: its norm, and its inner products with two waves. */
export type GradientSummary = Readonly<Record<string, { norm: number; projections: readonly number[] }>>;

/**
 * Compares gradients with what is kept of the expected ones.
 *
 * @returns for each parameter the largest error, relative to the norm
 */
export function gradientErrors(
  gradient: ReadonlyMap<string, NamedArray>,
  expected: GradientSummary,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(expected).map(([name, { norm, projections }]) => {
      const g = gradient.get(name)?.data ?? new Float32Array();
      // A gradient that is zero, as that of key biases is, has rounding errors only.
      const scale = Math.max(norm, 1e-6);
      const errors = projections.map((projection, i) => {
        const direction = wave([g.length], i + 1, 1);
        return Math.abs(dot(g, direction) - projection) / Math.sqrt(dot(direction, direction));
      });
      return [name, Math.max(Math.abs(Math.sqrt(dot(g, g)) - norm), ...errors) / scale];
    }),
  );
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** Brings images of S × S pixels from batch, channel, row, column to batch, row, column, channel. */
export function toChannelsLast(pixels: Float32Array, S: number): Float32Array {
  return pixels.map((_, i) => {
    const channel = i % 3;
    const place = Math.floor(i / 3) % (S * S);
    const image = Math.floor(i / (3 * S * S));
    return pixels[(image * 3 + channel) * S * S + place];
  });
}
