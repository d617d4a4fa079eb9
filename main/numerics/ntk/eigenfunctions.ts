import type { DenseMatrix } from '#numerics/linalg/dense-matrix';

/** What an eigenfunction looks like on the images it was computed from. */
export interface EigenfunctionFacts {
  /** Σ φ(x)² over the images of the task; the rest of 1 lies on the control. */
  readonly energyOnTask: number;
  /** Images where it is largest, the largest first; places among all images. */
  readonly largest: readonly number[];
  /** Images where it is smallest, the smallest first. */
  readonly smallest: readonly number[];
}

/**
 * Turns every column so that its entry of greatest size is positive: singular vectors have no sign of their own,
 * and figures shall not depend on what the algorithm chose.
 */
export function fixSigns({ rows, columns, data }: DenseMatrix): DenseMatrix {
  const turned = data.slice();
  for (let k = 0; k < columns; k++) {
    let greatest = 0;
    for (let j = 0; j < rows; j++) {
      if (Math.abs(data[j * columns + k]) > Math.abs(greatest)) greatest = data[j * columns + k];
    }
    if (greatest < 0) for (let j = 0; j < rows; j++) turned[j * columns + k] *= -1;
  }
  return { rows, columns, data: turned };
}

/**
 * Describes an eigenfunction for a gallery.
 *
 * @param right M × K, eigenfunctions sampled at all images
 * @param index which of them
 * @param taskCount the first so many images are of the task
 * @param extremes how many images with the largest and with the smallest values
 */
export function describeEigenfunction(
  right: DenseMatrix,
  index: number,
  taskCount: number,
  extremes: number,
): EigenfunctionFacts {
  const { rows, columns, data } = right;
  const values = Array.from({ length: rows }, (_, j) => data[j * columns + index]);
  const ascending = values.map((_, j) => j).sort((a, b) => values[a] - values[b] || a - b);
  return {
    energyOnTask: values.slice(0, taskCount).reduce((sum, value) => sum + value ** 2, 0),
    largest: ascending.slice(-extremes).reverse(),
    smallest: ascending.slice(0, extremes),
  };
}
