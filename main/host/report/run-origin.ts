import type { Catalog } from '#catalog/open-catalog';
import type { Origin } from '#contract/report';

/** Names a run that a figure or table is made of. */
export function runOrigin(runId: string, { runs }: Pick<Catalog, 'runs'>): Origin {
  const { id, specHash, title } = runs.get(runId);
  return { runId: id, specHash, title };
}
