import { mean } from '../spread';

/** A line of more points than these becomes neither clearer nor finer in print. */
const MOST_POINTS = 200;

/**
 * Says how many successive points become one, the same for all lines of a figure.
 *
 * @param counts points of each line
 * @param most so many points may the longest keep
 */
export function blockSizeOf(counts: readonly number[], most = MOST_POINTS): number {
  return Math.max(1, Math.ceil(Math.max(...counts) / most));
}

/** Averages successive values; the last block may be smaller. */
export function averageBlocks(values: readonly number[], size: number): number[] {
  if (size === 1) return [...values];
  const blocks = Math.ceil(values.length / size);
  return Array.from({ length: blocks }, (_, b) => mean(values.slice(b * size, (b + 1) * size)));
}

/** Says that lines were thinned; empty if they were not. */
export function describeBlocks(size: number): string {
  return size === 1 ? '' : `Each point is the mean over ${size} successive values.`;
}

/**
 * Picks places of a list evenly, first and last included, on a logarithmic scale closer together at the beginning.
 *
 * @param count how many there are
 * @returns ascending, at most 200
 */
export function pickPlaces(count: number, scale: 'linear' | 'log'): number[] {
  if (count <= MOST_POINTS) return Array.from({ length: count }, (_, place) => place);
  const last = MOST_POINTS - 1;
  const places = Array.from({ length: MOST_POINTS }, (_, i) =>
    scale === 'linear' ? Math.round((i * (count - 1)) / last) : Math.round(count ** (i / last)) - 1,
  );
  return [...new Set(places)];
}
