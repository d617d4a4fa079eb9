import { AppError } from '#contract/errors';
import type { ReportDocument } from '#contract/report';
import type { ReportSources } from './report-sources';

/**
 * Makes all files of a report: what is printed, its figures and tables, their data, the specifications behind it,
 * and how to make the same numbers again.
 *
 * @param document the report as it is arranged
 * @returns contents by path, with `/` between names
 */
export function bundleReport(
  document: ReportDocument,
  sources: ReportSources,
): Promise<ReadonlyMap<string, Uint8Array>> {
  throw new AppError('nothing_to_show', `Not made yet: ${document.title} ${sources.appVersion}.`);
}
