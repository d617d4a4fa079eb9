import type { HostClient } from '#contract/api';
import type { BenchmarkReport } from '#contract/benchmark-report';
import type { StudyRecord } from '#contract/records';
import type { SpreadKind } from '#contract/table-document';
import { printAdditionTable } from '#cli/addition-table';
import { printBenchmarkTables } from '#cli/benchmark-tables';
import type { Output } from '#cli/output';

/** Prints what a study has found: the tables of a benchmark, or the additions of a graph of one's own. */
export async function printStudyResults(
  client: HostClient,
  study: StudyRecord,
  output: Output,
): Promise<void> {
  if (study.isBenchmark) {
    printReport(await client.query('studies.results', { studyId: study.id }), output);
    return;
  }
  const additions = study.steps.flatMap(({ kind, runId }) =>
    kind === 'edit-add' && runId !== null ? [runId] : [],
  );
  await printAdditionTable(client, additions, output);
}

/** Prints the tables of a benchmark and what a reviewer would say; with `--json` all that is behind them. */
export function printReport(report: BenchmarkReport, output: Output, spread: SpreadKind = 'deviation'): void {
  output.value(report);
  printBenchmarkTables(output.json ? [] : report.tables, output, spread);
  for (const note of report.results.notes) output.line(`\nNote: ${note}`);
  if (report.warnings.length === 0) return;
  output.line();
  output.line('What a reviewer would say');
  for (const { finding, advice } of report.warnings) output.line(`- ${finding} ${advice}`);
}
