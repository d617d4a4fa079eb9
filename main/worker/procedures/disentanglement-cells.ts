import type { DisentanglementShape } from '#contract/specs/disentanglement.v1';
import { coarseToFine, gridValues } from '#numerics/editing/coefficient-grid';

/** Where ξ is measured: some tasks with their coefficients. */
export interface Cell {
  /** Place in the result. */
  readonly index: number;
  /** Places of the tasks, ascending. */
  readonly tasks: readonly number[];
  /** α of each of them. */
  readonly scalingCoefs: readonly number[];
}

/**
 * Lists the cells of a shape in the order in which they are measured, of a map from coarse to fine.
 *
 * @param shape what was asked for
 * @param taskCount T
 */
export function listCells(shape: DisentanglementShape, taskCount: number): Cell[] {
  const everyTask = Array.from({ length: taskCount }, (_, t) => t);
  switch (shape.shape) {
    case 'map': {
      const values = gridValues(shape);
      return coarseToFine(shape.points)
        .flat()
        .map(([row, column]) => ({
          index: row * shape.points + column,
          tasks: everyTask,
          scalingCoefs: [values[row], values[column]],
        }));
    }
    case 'diagonal':
      return gridValues(shape).map((alpha, index) => ({
        index,
        tasks: everyTask,
        scalingCoefs: everyTask.map(() => alpha),
      }));
    case 'pairs':
      return everyTask
        .flatMap((first) => everyTask.slice(first + 1).map((second) => [first, second]))
        .map((tasks, index) => ({ index, tasks, scalingCoefs: tasks.map(() => shape.scalingCoef) }));
  }
}
