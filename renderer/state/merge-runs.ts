import type { RunSummary } from '#contract/records';

/**
 * Takes over newer summaries of runs; the result is newest first. Runs that were created in the same
 * millisecond, as those of a study are, stay in the order in which the host named them.
 */
export function mergeRuns(known: readonly RunSummary[], incoming: readonly RunSummary[]): RunSummary[] {
  const unknown = incoming.filter(({ id }) => !known.some((run) => run.id === id));
  const byId = new Map([...unknown, ...known].map((run) => [run.id, run]));
  for (const run of incoming) {
    // An answer can be overtaken by a change that was sent after it.
    const isStale = (byId.get(run.id)?.lastSequence ?? 0) > run.lastSequence;
    if (!isStale) byId.set(run.id, run);
  }
  return [...byId.values()].sort((a, b) => b.createdAt - a.createdAt);
}
