import { RandomStream } from '#numerics/engine/random';

/**
 * Draws fixed class embeddings: `scale` times orthonormal random directions (normal draws, then
 * Gram–Schmidt). Where there are more classes than features, each further block of directions is
 * orthonormal in itself.
 *
 * @param classes C
 * @param featureSize F
 * @param scale length of every embedding; takes the place of CLIP's logit scale
 * @param seed seed of the draws
 * @returns C × F, row-major
 */
export function drawClassEmbeddings(
  classes: number,
  featureSize: number,
  scale: number,
  seed: number,
): Float32Array {
  const rows: Float64Array[] = [];
  for (let c = 0; c < classes; c++) {
    const row = Float64Array.from(new RandomStream(seed, 'class-embedding', c).normals(featureSize));
    const block = rows.slice(c - (c % featureSize), c);
    // Twice is enough: the second pass removes what rounding left of the first.
    for (const other of [...block, ...block]) {
      const along = dot(row, other);
      for (let f = 0; f < featureSize; f++) row[f] -= along * other[f];
    }
    const norm = Math.sqrt(dot(row, row));
    rows.push(row.map((value) => value / norm));
  }
  const weight = new Float32Array(classes * featureSize);
  rows.forEach((row, c) =>
    weight.set(
      row.map((value) => value * scale),
      c * featureSize,
    ),
  );
  return weight;
}

function dot(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, i) => sum + value * y[i], 0);
}
