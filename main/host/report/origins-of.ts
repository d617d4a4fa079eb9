import type { Catalog } from '#catalog/open-catalog';
import type { Origin } from '#contract/report';

/**
 * Names the runs that something was made of, each once, in the order in which they are given.
 *
 * @throws {AppError} `unknown_run`
 */
export function originsOf(runIds: readonly string[], { runs }: Pick<Catalog, 'runs'>): Origin[] {
  return [...new Set(runIds)].map((id) => {
    const { specHash, title } = runs.get(id);
    return { runId: id, specHash, title };
  });
}
