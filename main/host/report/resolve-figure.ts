import { AppError } from '#contract/errors';
import type { FigureDocument } from '#contract/figure';
import type { FigureSource } from '#contract/report';
import type { SpreadKind } from '#contract/table-document';
import type { Resolved } from '#report/report-content';
import type { ReportSources } from './report-sources';

/**
 * Makes the data of a figure from what the catalog has.
 *
 * @param source what is to be seen
 * @param spread in which width bands and error bars are drawn
 * @throws {AppError} `nothing_to_show` where the runs have not measured it, `unknown_run` and so on
 */
export function resolveFigure(
  source: FigureSource,
  spread: SpreadKind,
  sources: ReportSources,
): Promise<Resolved<FigureDocument>> {
  throw new AppError('nothing_to_show', `Not made yet: ${source.kind} ${spread} ${sources.appVersion}.`);
}
