import { AppError } from '#contract/errors';
import type { BenchmarkReport } from '#contract/benchmark-report';
import type { Origin, TableSource } from '#contract/report';
import type { TableDocument } from '#contract/table-document';
import type { Resolved } from '#report/report-content';
import { reportBenchmark } from '#report/report-benchmark';
import { collectResults } from '../benchmark/collect-results';
import { readReferenceNumbers } from '../reference-numbers';
import { finishedRuns } from '../benchmark/finished-runs';
import type { ReportSources } from './report-sources';
import { runOrigin } from './run-origin';

type BenchmarkSource = Extract<TableSource, { kind: 'benchmark' }>;

/**
 * Makes a table of a benchmark from what its runs have measured so far.
 *
 * @throws {AppError} `nothing_to_show` if they have not measured it, `study_unmeasured` if they have measured nothing,
 *   `invalid_input` if the study is no benchmark or nothing was published of the model
 */
export async function resolveBenchmarkTable(
  { studyId, table: id, published }: BenchmarkSource,
  sources: ReportSources,
): Promise<Resolved<TableDocument>> {
  const study = sources.catalog.studies.get(studyId);
  const results = await collectResults(study, sources);
  const report = reportBenchmark(results, readReferenceNumbers(sources.directory));
  const tables = report.tables.map((table) => beside(report, published, table));
  const content = tables.find((table) => table.id === id);
  if (content === undefined) {
    const names = tables.map((table) => table.id).join(', ');
    throw new AppError(
      'nothing_to_show',
      `The study ${studyId} has no table ${id}: its runs have not measured it. It has ${names}.`,
      { studyId, table: id },
    );
  }
  return { content, origins: findOrigins(id, studyId, sources) };
}

/** Takes the table with the numbers that were published of a model; where none were, as it is. */
function beside(report: BenchmarkReport, published: string | null, table: TableDocument): TableDocument {
  if (published === null) return table;
  const found = report.published.find(({ model }) => model === published);
  if (found === undefined) {
    const models = report.published.map(({ model }) => model).join(', ');
    throw new AppError(
      'invalid_input',
      `Nothing is known to be published of ${published}, but of ${models}.`,
      {
        model: published,
      },
    );
  }
  return found.tables.find(({ id }) => id === table.id) ?? table;
}

/** The finished runs of a study that a table is made of. */
function findOrigins(table: string, studyId: string, { catalog }: ReportSources): Origin[] {
  const isMeant = (stepId: string): boolean => {
    if (table.startsWith('random-init')) return stepId.startsWith('add-random-');
    if (table.startsWith('negat')) return stepId.startsWith('negate-');
    return stepId.startsWith('add-') && !stepId.startsWith('add-random-');
  };
  const finished = [...finishedRuns(studyId, catalog)];
  const runsOf = (isOne: (stepId: string) => boolean) =>
    finished.flatMap(([stepId, runId]) => (isOne(stepId) ? [runOrigin(runId, catalog)] : []));
  const found = runsOf(isMeant);
  // Single-task accuracies are measured with an addition, or else with a negation.
  return found.length > 0 ? found : runsOf((stepId) => stepId.startsWith('negate-'));
}
