import { AppError } from '#contract/errors';
import type { TableSource } from '#contract/report';
import type { TableDocument } from '#contract/table-document';
import type { Resolved } from '#report/report-content';
import type { ReportSources } from './report-sources';

/**
 * Makes a table from what the catalog has.
 *
 * @param source what it is of
 * @throws {AppError} `nothing_to_show` where the runs have not measured it, `unknown_run` and so on
 */
export function resolveTable(source: TableSource, sources: ReportSources): Promise<Resolved<TableDocument>> {
  throw new AppError('nothing_to_show', `Not made yet: ${source.kind} ${sources.appVersion}.`);
}
