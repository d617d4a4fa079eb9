import type { DenseMatrix } from '#numerics/linalg/dense-matrix';

/**
 * Takes the local energy of every image, E_loc(x_j) = Σ_{ρ ≤ rank} φ_ρ(x_j)², where the eigenfunctions φ_ρ of a task are
 * the right singular vectors of the rectangular block K[i,j] = k(x_i, x_j), x_i of the task, x_j of task and control.
 *
 * Between 0 and 1, and Σ_j E_loc(x_j) = rank, because the vectors are orthonormal. With as many control images
 * as task images, all ½ if nothing is localised, 1 on the task and 0 on the control if all is.
 *
 * Source: arXiv 2305.12827, figure 6; the recipe is not in the paper, see the guide.
 *
 * @param right M × K, orthonormal columns by descending singular value
 * @param rank how many of them are kept
 * @returns M
 */
export function localEnergy(right: DenseMatrix, rank: number): Float64Array {
  const { rows, columns, data } = right;
  const energy = new Float64Array(rows);
  for (let j = 0; j < rows; j++) {
    for (let k = 0; k < rank; k++) energy[j] += data[j * columns + k] ** 2;
  }
  return energy;
}

/** Mean local energies, for every number of kept eigenfunctions. */
export interface EnergyCurve {
  /** Mean over the images of the task, with 1, 2, … eigenfunctions kept. */
  readonly task: readonly number[];
  /** The same over the images of the control. */
  readonly control: readonly number[];
}

/**
 * Takes the mean local energy on the task and on the control for every rank.
 *
 * @param right M × K
 * @param taskCount the first so many rows are of the task, the others of the control
 * @param most largest rank
 */
export function energyByRank(right: DenseMatrix, taskCount: number, most: number): EnergyCurve {
  const { rows, columns, data } = right;
  const [task, control]: [number[], number[]] = [[], []];
  let [onTask, onControl] = [0, 0];
  for (let k = 0; k < most; k++) {
    for (let j = 0; j < rows; j++) {
      const energy = data[j * columns + k] ** 2;
      if (j < taskCount) onTask += energy;
      else onControl += energy;
    }
    task.push(onTask / taskCount);
    control.push(onControl / (rows - taskCount));
  }
  return { task, control };
}
