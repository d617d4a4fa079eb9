import { AppError } from '#contract/errors';
import type { TableDocument } from '#contract/table-document';
import type { Resolved } from '#report/report-content';
import { metricsTable } from '#report/tables/runs/metrics-table';
import { runTable } from '#report/tables/runs/run-table';
import { readMeasured } from './read-measured';
import type { ReportSources } from './report-sources';
import { runOrigin } from './run-origin';

/**
 * Makes the table of what one run has measured: its result, or the metrics of a training.
 *
 * @param prefix its id or a unique beginning
 * @throws {AppError} `nothing_to_show` if it has not finished, or measures nothing
 */
export async function resolveRunTable(
  prefix: string,
  sources: ReportSources,
): Promise<Resolved<TableDocument>> {
  const { catalog } = sources;
  const run = catalog.runs.get(catalog.runs.resolveId(prefix));
  const origins = [runOrigin(run.id, catalog)];
  // The same on every machine that makes the same run.
  const names = { id: `${run.kind}-${run.specHash.slice(0, 8)}`, title: run.title };
  if (run.state !== 'finished') {
    throw new AppError(
      'nothing_to_show',
      `${run.title} (${run.id}) is ${run.state}: its results are not there.`,
      {
        runId: run.id,
      },
    );
  }
  const result = await readMeasured(run.id, sources);
  if (result !== null) return { content: runTable(result, names), origins };
  const points = catalog.events.metrics(run.id);
  if (points.length > 0) return { content: metricsTable(points, names), origins };
  throw new AppError(
    'nothing_to_show',
    `${run.title} (${run.id}) measures nothing that a table could show.`,
    {
      runId: run.id,
    },
  );
}
