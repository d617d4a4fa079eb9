import type { ReportDocument, ReportGap } from '#contract/report';
import { writeBundle } from '#report/bundle/write-bundle';
import { collectReport } from './collect-report';
import type { ReportSources } from './report-sources';
import { hindranceOf } from './write-graph';

/** The files of a report. */
export interface ReportBundle {
  /** Contents by path, with `/` between names. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Figures and tables that could not be made. */
  readonly gaps: readonly ReportGap[];
}

/**
 * Makes all files of a report: what is printed, its figures and tables, their data, the specifications behind it,
 * and how to make the same numbers again.
 *
 * @param document the report as it is arranged
 * @throws {AppError} `unknown_study`, `unknown_run` if what it is about is not there
 */
export async function bundleReport(document: ReportDocument, sources: ReportSources): Promise<ReportBundle> {
  const { content, results, graph, runs, environments } = await collectReport(document, sources);
  const files = await writeBundle({
    content,
    results,
    graph,
    runs: runs.map((traced) => ({
      spec: traced.storedSpec,
      environment: environments.get(traced.run.id) ?? null,
      hindrance: hindranceOf(traced),
    })),
  });
  const gaps = content.items.flatMap((item) => {
    if (item.kind !== 'gap') return [];
    const { title, reason, advice } = item;
    return [{ title, reason, advice }];
  });
  return { files, gaps };
}
