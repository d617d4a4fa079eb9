import { assertNever } from '#contract/errors';
import type { TableSource } from '#contract/report';
import type { TableDocument } from '#contract/table-document';
import type { Resolved } from '#report/report-content';
import type { ReportSources } from './report-sources';
import { resolveBenchmarkTable } from './resolve-benchmark-table';
import { resolveComparison } from './resolve-comparison';
import { resolveRunTable } from './resolve-run-table';

/**
 * Makes a table from what the catalog has.
 *
 * @param source what it is of
 * @throws {AppError} `nothing_to_show` where the runs have not measured it, `unknown_run` and so on
 */
export function resolveTable(source: TableSource, sources: ReportSources): Promise<Resolved<TableDocument>> {
  switch (source.kind) {
    case 'benchmark':
      return resolveBenchmarkTable(source, sources);
    case 'run':
      return resolveRunTable(source.runId, sources);
    case 'comparison':
      return resolveComparison(source.runIds, sources);
    default:
      return assertNever(source);
  }
}
