/** Equidistant values, both ends included. */
export interface GridRange {
  readonly from: number;
  readonly to: number;
  /** How many, at least 2. */
  readonly points: number;
}

/**
 * Lists the values of a grid: ((n − 1 − i) · from + i · to) / (n − 1), so that a grid of an odd number of points
 * which lies evenly about 0 holds 0 itself.
 */
export function gridValues({ from, to, points }: GridRange): number[] {
  const last = points - 1;
  return Array.from({ length: points }, (_, i) => ((last - i) * from + i * to) / last + 0);
}

/**
 * Orders the cells of a square grid from coarse to fine: first a few that are far apart, then those between
 * them, halving the distance every time, so that a picture of all is there early and becomes sharper.
 *
 * @param points cells along a side, n
 * @returns every cell once, level by level, as [row, column]
 */
export function coarseToFine(points: number): [number, number][][] {
  const levels: [number, number][][] = [];
  let stride = 2 ** Math.max(0, Math.floor(Math.log2(points - 1)) - 1);
  const seen = new Set<number>();
  for (; stride >= 1; stride /= 2) {
    const level: [number, number][] = [];
    for (let row = 0; row < points; row += stride) {
      for (let column = 0; column < points; column += stride) {
        const cell = row * points + column;
        if (!seen.has(cell)) level.push([row, column]);
        seen.add(cell);
      }
    }
    levels.push(level);
  }
  return levels;
}
