import type { Catalog } from '#catalog/open-catalog';
import type { ReportDocument } from '#contract/report';
import { finishedRuns } from '../benchmark/finished-runs';
import type { GraphedStudy } from './write-graph';

/** What a report is about. */
export interface ReportSubject {
  /** Null for runs. */
  readonly study: (GraphedStudy & { readonly id: string }) | null;
  /** Its runs, those of a study as far as they have finished, in the order of the steps. */
  readonly runIds: readonly string[];
}

/**
 * Looks up what a report is about.
 *
 * @throws {AppError} `unknown_study`, `unknown_run`
 */
export function findSubject(subject: ReportDocument['subject'], catalog: Catalog): ReportSubject {
  if ('runIds' in subject) {
    return { study: null, runIds: [...new Set(subject.runIds.map((id) => catalog.runs.resolveId(id)))] };
  }
  const { id, template } = catalog.studies.get(subject.studyId);
  const runOf = finishedRuns(id, catalog);
  return { study: { id, template, runOf }, runIds: [...new Set(runOf.values())] };
}
