import { AppError } from '#contract/errors';
import type { TableDocument } from '#contract/table-document';
import type { Resolved } from '#report/report-content';
import { comparisonTable, type ComparedRun } from '#report/tables/runs/comparison-table';
import { headlineNumbers, type HeadlineNumber } from '#report/tables/runs/headline-numbers';
import { lastPoints, unitOfMetric } from '#report/tables/runs/metrics-table';
import { describeSettings } from './describe-settings';
import { readMeasured } from './read-measured';
import type { ReportSources } from './report-sources';
import { runOrigin } from './run-origin';

/**
 * Makes the table that compares runs: settings that differ, and what was measured so far.
 *
 * @param prefixes their ids or unique beginnings, in the order of the rows
 * @throws {AppError} `nothing_to_show` if none of them has measured anything
 */
export async function resolveComparison(
  prefixes: readonly string[],
  sources: ReportSources,
): Promise<Resolved<TableDocument>> {
  const { catalog } = sources;
  const ids = [...new Set(prefixes.map((prefix) => catalog.runs.resolveId(prefix)))];
  const runs = await Promise.all(ids.map((id) => readRun(id, sources)));
  if (runs.every(({ numbers }) => numbers.length === 0)) {
    throw new AppError('nothing_to_show', `None of the runs ${ids.join(', ')} has measured anything.`, {
      runIds: ids,
    });
  }
  return { content: comparisonTable(runs), origins: ids.map((id) => runOrigin(id, catalog)) };
}

async function readRun(id: string, sources: ReportSources): Promise<ComparedRun> {
  const { catalog } = sources;
  const { title, specHash } = catalog.runs.get(id);
  const result = await readMeasured(id, sources);
  return {
    id,
    title,
    specHash,
    ...describeSettings(id, catalog),
    numbers: result === null ? lastMetrics(id, sources) : headlineNumbers(result),
  };
}

function lastMetrics(id: string, { catalog }: ReportSources): HeadlineNumber[] {
  return [...lastPoints(catalog.events.metrics(id)).values()].map(({ name, value }) => ({
    head: name,
    value,
    unit: unitOfMetric(name),
  }));
}
