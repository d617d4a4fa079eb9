import type { Origin } from '#contract/report';
import { shortHash } from '../short-hash';

/** How many runs are named one by one. */
const mostNamed = 24;

/**
 * Says in one line which runs a figure or a table is made of, with the hashes of their specifications; many runs by
 * their numbers in the table of runs.
 *
 * @param origins the runs
 * @param runs all runs of the report, in the order of that table
 */
export function describeOrigins(origins: readonly Origin[], runs: readonly Pick<Origin, 'runId'>[]): string {
  if (origins.length === 0) return '';
  const named = origins.map(({ runId, specHash }) => `${runId} (${shortHash(specHash)})`);
  if (named.length <= mostNamed) {
    return `${named.length === 1 ? 'Run' : 'Runs'} (specification): ${named.join(', ')}`;
  }
  const numbers = origins
    .map(({ runId }) => runs.findIndex((run) => run.runId === runId) + 1)
    .filter((number) => number > 0)
    .sort((a, b) => a - b);
  return `${origins.length} runs: numbers ${joinRanges(numbers)} in the table of runs`;
}

/** Writes ascending numbers with neighbors drawn together: `1–4, 7`. */
export function joinRanges(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && number <= last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}
