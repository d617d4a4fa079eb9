import { AppError } from '#contract/errors';
import type { FigureDocument } from '#contract/figure';
import type { FigureSource } from '#contract/report';
import { parseRunSpecUnlessRetired } from '#contract/specs/index';
import { metricFigure } from '#report/figures/metric-figure';
import type { Resolved } from '#report/report-content';
import { originsOf } from './origins-of';
import type { ReportSources } from './report-sources';

/**
 * Makes a figure of a metric of runs; also of those that have not finished, as far as they came.
 *
 * @throws {AppError} `nothing_to_show` if a run has not measured it
 */
export function resolveMetric(
  { runIds, metric, isLog }: Extract<FigureSource, { kind: 'metric' }>,
  { catalog }: ReportSources,
): Resolved<FigureDocument> {
  const curves = [...new Set(runIds)].map((runId) => {
    const { title, state } = catalog.runs.get(runId);
    const points = catalog.events.metrics(runId).filter(({ name }) => name === metric);
    if (points.every(({ value }) => isLog && value <= 0)) {
      const reason = points.length === 0 ? `has not measured ${metric}` : `has no ${metric} above zero`;
      throw new AppError('nothing_to_show', `The run ${runId} (${title}) ${reason}.`, { runId, metric });
    }
    const seed = parseRunSpecUnlessRetired(catalog.runs.storedSpec(runId))?.seed ?? null;
    return { runId, title, seed, isFinished: state === 'finished', points };
  });
  return { content: metricFigure(curves, metric, isLog), origins: originsOf(runIds, catalog) };
}
