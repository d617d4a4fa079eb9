import { mean } from '../spread';

/** A line of more points than these becomes neither clearer nor finer in print. */
export const MOST_POINTS = 200;

/** How many successive points become one, so that a line has at most {@link MOST_POINTS}. */
export function blockSizeOf(count: number): number {
  return Math.max(1, Math.ceil(count / MOST_POINTS));
}

/** Averages successive values; the last block may be smaller. */
export function averageBlocks(values: readonly number[], size: number): number[] {
  if (size === 1) return [...values];
  const blocks = Math.ceil(values.length / size);
  return Array.from({ length: blocks }, (_, b) => mean(values.slice(b * size, (b + 1) * size)));
}

/** Says that a line was thinned; empty if it was not. */
export function describeBlocks(sizes: readonly number[]): string {
  const averaged = [...new Set(sizes)].filter((size) => size > 1).sort((a, b) => a - b);
  if (averaged.length === 0) return '';
  return `Each point is the mean over ${averaged.join(' or ')} successive values.`;
}

/**
 * Picks places of a list evenly, first and last included, on a logarithmic scale closer together at the beginning.
 *
 * @param count how many there are
 * @returns ascending, at most {@link MOST_POINTS}
 */
export function pickPlaces(count: number, scale: 'linear' | 'log'): number[] {
  if (count <= MOST_POINTS) return Array.from({ length: count }, (_, place) => place);
  const last = MOST_POINTS - 1;
  const places = Array.from({ length: MOST_POINTS }, (_, i) =>
    scale === 'linear' ? Math.round((i * (count - 1)) / last) : Math.round(count ** (i / last)) - 1,
  );
  return [...new Set(places)];
}
