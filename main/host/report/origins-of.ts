import type { Catalog } from '#catalog/open-catalog';
import type { Origin } from '#contract/report';
import { runOrigin } from './run-origin';

/**
 * Names the runs that something was made of, each once, in the order in which they are given.
 *
 * @throws {AppError} `unknown_run`
 */
export function originsOf(runIds: readonly string[], catalog: Pick<Catalog, 'runs'>): Origin[] {
  return [...new Set(runIds)].map((id) => runOrigin(id, catalog));
}
