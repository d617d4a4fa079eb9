import { AppError } from '#contract/errors';
import { reportDocumentSchema, type ReportDocument } from '#contract/report';
import { stepDependencies } from '../resolve-step';
import { findSubject, type ReportSubject } from './find-subject';
import type { ReportSources } from './report-sources';
import { addBenchmark } from './suggest/benchmark-items';
import { ItemList } from './suggest/item-list';
import { addAnalyses, addRuns } from './suggest/run-items';
import { findAnalyses } from './suggest/study-analyses';

/** As many pieces as a report can have. */
const mostItems = 300;

/**
 * Makes the report that has everything there is to show of a study or of runs.
 *
 * @param subject the study, or the runs
 * @throws {AppError} `unknown_study`, `unknown_run`; `nothing_to_show` for runs that show nothing
 */
export function suggestReport(subject: ReportDocument['subject'], sources: ReportSources): ReportDocument {
  const found = findSubject(subject, sources.catalog);
  const list = new ItemList();
  addItems(list, found, sources);
  if (list.items.length === 0) {
    throw new AppError('nothing_to_show', `No figure or table can be made of ${titleOf(found, sources)}.`);
  }
  return reportDocumentSchema.parse({
    format: 'tangent-report/1',
    title: titleOf(found, sources),
    authors: '',
    subject,
    style: {},
    spread: 'deviation',
    items: withinLimit(list.items),
  });
}

/** Says at the end how much is left out. */
function withinLimit(items: ItemList['items']): ItemList['items'] {
  if (items.length <= mostItems) return items;
  const kept = items.slice(0, mostItems - 1);
  const text = `${items.length - kept.length} more figures and tables are left out here: a report has at most ${mostItems} pieces.`;
  return [...kept, { kind: 'text', id: 'text-left-out', heading: '', text }];
}

function addItems(list: ItemList, { study, runIds }: ReportSubject, sources: ReportSources): void {
  if (study === null) {
    addRuns(list, runIds, sources);
    addAnalyses(list, runIds, sources);
    return;
  }
  const { benchmark, title, steps } = study.template;
  const analyses = findAnalyses(runIds, benchmark ?? null, sources);
  if (benchmark !== undefined) {
    addBenchmark(list, study.id, benchmark, title);
    addAnalyses(list, analyses, sources);
    return;
  }
  // What another step reads is on the way to a result, and not one itself.
  const read = new Set(steps.flatMap(stepDependencies));
  const last = steps.filter(({ id }) => !read.has(id)).flatMap(({ id }) => study.runOf.get(id) ?? []);
  addRuns(list, [...new Set(last)], sources);
  addAnalyses(list, [...new Set([...last, ...analyses])], sources);
}

function titleOf({ study, runIds }: ReportSubject, { catalog }: ReportSources): string {
  if (study !== null) return (study.template.title || study.template.name).slice(0, 500);
  const [first] = runIds;
  const { title } = catalog.runs.get(first);
  return runIds.length === 1 ? title : `${title} and ${runIds.length - 1} other runs`;
}
