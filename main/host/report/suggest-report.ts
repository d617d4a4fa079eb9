import { AppError } from '#contract/errors';
import type { ReportDocument } from '#contract/report';
import type { ReportSources } from './report-sources';

/**
 * Makes the report that has everything there is to show of a study or of runs.
 *
 * @param subject the study, or the runs
 * @throws {AppError} `unknown_study`, `unknown_run`
 */
export function suggestReport(
  subject: ReportDocument['subject'],
  sources: ReportSources,
): Promise<ReportDocument> {
  throw new AppError('nothing_to_show', `Not made yet: ${JSON.stringify(subject)} ${sources.appVersion}.`);
}
