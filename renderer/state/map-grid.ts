import type { DisentanglementShape } from '#contract/specs/disentanglement.v1';

/** α of the rows and columns of a map, as the run that measures it takes them; none of another shape. */
export function gridOf(shape: DisentanglementShape): number[] {
  if (shape.shape !== 'map') return [];
  const { from, to, points } = shape;
  return Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1));
}

/** Finds the cell that is nearest to (α1, α2): its row and column. */
export function nearestPlace(
  grid: readonly number[],
  [x, y]: readonly [number, number],
): { readonly first: number; readonly second: number } {
  const nearest = (value: number): number =>
    grid.reduce((best, alpha, i) => (Math.abs(alpha - value) < Math.abs(grid[best] - value) ? i : best), 0);
  return { first: nearest(x), second: nearest(y) };
}
