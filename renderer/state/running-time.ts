import type { RunSummary } from '#contract/records';

/** Time a run has spent executing, over all attempts and up to now, in milliseconds. */
export function runningMs({ state, startedAt, elapsedMs }: RunSummary, now: number): number {
  return elapsedMs + (state === 'running' && startedAt !== null ? Math.max(0, now - startedAt) : 0);
}
