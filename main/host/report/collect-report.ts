import type { BenchmarkResults } from '#contract/benchmark-results';
import { AppError } from '#contract/errors';
import type { EnvironmentRecord } from '#contract/events';
import type { ReportDocument } from '#contract/report';
import type { StudyGraph } from '#contract/study-template';
import { describeEnvironments } from '#report/bundle/describe-environment';
import { repeatCommands } from '#report/bundle/repeat-commands';
import { safeName, takeName } from '#report/bundle/safe-name';
import type { ContentItem, ReportContent } from '#report/report-content';
import { collectResults } from '../benchmark/collect-results';
import type { ReportSources } from './report-sources';
import { resolveItem } from './resolve-item';
import { findSubject } from './find-subject';
import { runOrigin } from './run-origin';
import { traceLineage, type TracedRun } from './trace-lineage';
import { writeGraph } from './write-graph';

/** A report with all that its bundle is made of. */
export interface CollectedReport {
  readonly content: ReportContent;
  /** All that a benchmark has measured; null for other reports, and while nothing was. */
  readonly results: BenchmarkResults | null;
  /** The study that makes its runs again; null where none can be. */
  readonly graph: StudyGraph | null;
  /** Its runs, in the order of the content's. */
  readonly runs: readonly TracedRun[];
  /** What its runs were computed with, by the run. */
  readonly environments: ReadonlyMap<string, EnvironmentRecord>;
}

/**
 * Collects everything that a report shows and everything behind it.
 *
 * @param document the report as it is arranged; figures and tables that cannot be made become gaps
 * @throws {AppError} `unknown_study`, `unknown_run` if what it is about is not there
 */
export async function collectReport(
  document: ReportDocument,
  sources: ReportSources,
): Promise<CollectedReport> {
  const { catalog, appVersion } = sources;
  const { study, runIds } = findSubject(document.subject, catalog);
  const items = await collectItems(document, sources);
  const named = items.flatMap((item) => ('origins' in item ? item.origins : [])).map(({ runId }) => runId);
  const runs = await traceLineage([...runIds, ...named], sources);
  const environments = new Map(
    runs.flatMap(({ run: { id } }) => {
      const environment = catalog.runs.environment(id);
      return environment === null ? [] : [[id, environment] as const];
    }),
  );
  const about = {
    name: safeName(document.title, 'report'),
    title: document.title,
    description: 'The runs of a report, with those that made what they read.',
  };
  const graph = writeGraph(about, study, runs);
  return {
    content: {
      title: document.title,
      authors: document.authors,
      date: dateOf(runs),
      appVersion,
      style: document.style,
      spread: document.spread,
      items,
      runs: runs.map(({ run, spec }) => ({
        ...runOrigin(run.id, catalog),
        kind: run.kind,
        seed: spec?.seed ?? null,
        elapsedMs: run.elapsedMs,
      })),
      environment: describeEnvironments([...environments.values()]),
      commands: graph === null ? [] : repeatCommands(document, [...environments.values()]),
    },
    results: await findResults(document.subject, sources),
    graph,
    runs,
    environments,
  };
}

async function collectItems(
  { items, spread }: ReportDocument,
  sources: ReportSources,
): Promise<ContentItem[]> {
  const names = new Set<string>();
  const collected: ContentItem[] = [];
  // One after the other: some read large files.
  for (const item of items) {
    if (item.kind === 'text') {
      collected.push({ kind: 'text', heading: item.heading, paragraphs: paragraphsOf(item.text) });
      continue;
    }
    const resolved = await resolveItem(item, spread, sources);
    if (resolved.kind === 'gap') {
      collected.push(resolved);
      continue;
    }
    const { content, origins } = resolved;
    const name = takeName(safeName(content.id, item.kind), names);
    const about = { name, caption: item.caption ?? content.caption, origins };
    collected.push(
      resolved.kind === 'figure'
        ? { kind: 'figure', ...about, figure: resolved.content, width: resolved.width }
        : { kind: 'table', ...about, table: resolved.content },
    );
  }
  return collected;
}

/** An empty line begins a paragraph; other line breaks are those of an editor. */
function paragraphsOf(text: string): string[] {
  return text
    .split(/\r?\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '');
}

/** The day in UTC on which the newest run ended; that of the newest submission where none has ended. */
function dateOf(runs: readonly TracedRun[]): string {
  const ends = runs.flatMap(({ run: { endedAt } }) => (endedAt === null ? [] : [endedAt]));
  const times = ends.length > 0 ? ends : runs.map(({ run: { createdAt } }) => createdAt);
  return new Date(times.reduce((newest, time) => Math.max(newest, time), 0)).toISOString().slice(0, 10);
}

async function findResults(
  subject: ReportDocument['subject'],
  sources: ReportSources,
): Promise<BenchmarkResults | null> {
  if (!('studyId' in subject)) return null;
  const study = sources.catalog.studies.get(subject.studyId);
  if (study.template.benchmark === undefined) return null;
  try {
    return await collectResults(study, sources);
  } catch (error) {
    // What is missing stands as gaps in the report itself.
    if (error instanceof AppError && error.kind !== 'bug') return null;
    throw error;
  }
}
