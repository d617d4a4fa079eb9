import { disentanglementResultSchema } from '#contract/disentanglement';
import { AppError } from '#contract/errors';
import type { FigureDocument } from '#contract/figure';
import { disentanglementFigure } from '#report/figures/disentanglement-figure';
import type { Resolved } from '#report/report-content';
import { originsOf } from './origins-of';
import { readOutput } from './read-output';
import type { ReportSources } from './report-sources';

/** A map has a cell for each pair of coefficients. */
const wholeResultSchema = disentanglementResultSchema.refine(
  ({ shape, cells }) => shape.shape !== 'map' || cells.length === shape.points ** 2,
);

/**
 * Makes a figure of disentanglement errors.
 *
 * @param runIds each has measured it, all in the same shape
 * @throws {AppError} `nothing_to_show`
 */
export async function resolveDisentanglement(
  runIds: readonly string[],
  sources: ReportSources,
): Promise<Resolved<FigureDocument>> {
  const { catalog } = sources;
  const measured = await Promise.all(
    [...new Set(runIds)].map(async (runId) => {
      const result = await readOutput(runId, 'disentanglement', wholeResultSchema, sources);
      return { runId, seed: catalog.runs.spec(runId).seed, result };
    }),
  );
  const shapes = new Set(measured.map(({ result }) => result.shape.shape));
  if (shapes.size > 1) {
    throw new AppError('nothing_to_show', `A ${[...shapes].join(' and a ')} cannot stand in one figure.`, {
      shapes: [...shapes],
    });
  }
  return { content: disentanglementFigure(measured), origins: originsOf(runIds, catalog) };
}
