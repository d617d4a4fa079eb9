import type { MetricPoint } from '#contract/records';
import type { TableDocument } from '#contract/table-document';
import { numberCell } from '#report/table-cells';
import { fillColumns } from '../fill-columns';
import type { RunTableNames } from './run-table-names';

/**
 * What a training reported: the last value of every metric.
 *
 * @param points at least one, by name and then step
 */
export function metricsTable(points: readonly MetricPoint[], names: RunTableNames): TableDocument {
  const last = [...lastPoints(points).values()];
  return fillColumns(
    {
      ...names,
      caption: 'Metrics as the run reported them last; accuracies of batches in percent.',
      rowHead: 'Metric',
    },
    last.map(({ name }) => ({ head: name })),
    [
      { head: 'step', cells: last.map(({ step }) => numberCell(step, 'count', 0)) },
      { head: 'value', cells: last.map(({ name, value }) => numberCell(value, unitOfMetric(name))) },
    ],
  );
}

/** The last point of every metric, by name. */
export function lastPoints(points: readonly MetricPoint[]): ReadonlyMap<string, MetricPoint> {
  return new Map(points.map((point) => [point.name, point]));
}

/** Metrics whose name ends so are accuracies as fractions. */
export function unitOfMetric(name: string): 'percent' | 'metric' {
  return name.endsWith('Top1') || name === 'top1' ? 'percent' : 'metric';
}
