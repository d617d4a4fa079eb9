import {
  measuredKinds,
  measuredResultSchema,
  type MeasuredResult,
} from '#report/tables/runs/measured-result';
import { readContent } from './read-output';
import type { ReportSources } from './report-sources';

/**
 * Reads what a run has measured.
 *
 * @returns null if it has stored no such result
 * @throws {AppError} `artifact_damaged`
 */
export async function readMeasured(
  runId: string,
  { catalog, artifacts }: Pick<ReportSources, 'catalog' | 'artifacts'>,
): Promise<MeasuredResult | null> {
  const outputs = catalog.artifacts.ofRun(runId, 'output');
  const output = outputs.find(({ kind }) => measuredKinds.includes(kind));
  if (output === undefined) return null;
  return readContent(runId, output, measuredResultSchema, { artifacts });
}
