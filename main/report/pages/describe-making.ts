import type { ReportContent } from '../report-content';

/** Says what a report was made from, in sentences. */
export function describeMaking({
  appVersion,
  runs,
  date,
}: Pick<ReportContent, 'appVersion' | 'runs' | 'date'>): string {
  const count = `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`;
  return (
    `Tangent Workbench ${appVersion} made this report from ${count} in its catalog; the newest ended on ${date}. ` +
    'A specification is all that a run depends on: equal hashes mean equal settings and inputs.'
  );
}
