import { editSearchResultSchema } from '#contract/edit-search';
import { AppError } from '#contract/errors';
import type { FigureDocument } from '#contract/figure';
import {
  additionResultSchema,
  combinationResultSchema,
  mergeResultSchema,
  negationResultSchema,
} from '#contract/results';
import { additionSweepFigure, combinationSweepFigure } from '#report/figures/addition-sweep-figure';
import { negationSweepFigure } from '#report/figures/negation-sweep-figure';
import { searchFigure } from '#report/figures/search-figure';
import type { Resolved } from '#report/report-content';
import { originsOf } from './origins-of';
import { readOutput } from './read-output';
import type { ReportSources } from './report-sources';

/**
 * Makes a figure of how one edit does against α; of a search in the tangent space, of what it has found.
 *
 * @throws {AppError} `nothing_to_show` if the run is no edit, or tried only one α
 */
export async function resolveSweep(runId: string, sources: ReportSources): Promise<Resolved<FigureDocument>> {
  return { content: await drawSweep(runId, sources), origins: originsOf([runId], sources.catalog) };
}

async function drawSweep(runId: string, sources: ReportSources): Promise<FigureDocument> {
  const { kind, title } = sources.catalog.runs.get(runId);
  switch (kind) {
    case 'edit-add':
      return additionSweepFigure(await readOutput(runId, 'addition', additionResultSchema, sources));
    case 'edit-merge':
      return additionSweepFigure(await readOutput(runId, 'merge', mergeResultSchema, sources));
    case 'edit-negate':
      return negationSweepFigure(await readOutput(runId, 'negation', negationResultSchema, sources));
    case 'edit-search':
      return searchFigure(await readOutput(runId, 'edit-search', editSearchResultSchema, sources));
    case 'edit-combine': {
      const result = await readOutput(runId, 'combination', combinationResultSchema, sources);
      if (result.sweep.length === 0) {
        throw new AppError('nothing_to_show', `The run ${runId} (${title}) was measured at α = 1 alone.`, {
          runId,
        });
      }
      return combinationSweepFigure(result);
    }
    default:
      throw new AppError(
        'nothing_to_show',
        `The run ${runId} (${title}) is no edit: it has no sweep over α.`,
        {
          runId,
        },
      );
  }
}
