import type { TableCell, TableDocument } from '#contract/table-document';
import type { ReportContent } from '../report-content';
import { shortHash } from '../short-hash';
import { joinRanges } from './describe-origins';
import { numberItems } from './number-items';

/** Makes the table of all runs behind a report, with what is made of them. */
export function listRuns(content: ReportContent): TableDocument {
  const items = numberItems(content.items);
  const shown = (runId: string, kind: 'figure' | 'table') =>
    items.flatMap((item) =>
      item.kind === kind && item.origins.some((origin) => origin.runId === runId) ? [item.number] : [],
    );
  const describeUses = (runId: string): TableCell => {
    const [figures, tables] = [shown(runId, 'figure'), shown(runId, 'table')];
    const uses = [
      ...(figures.length === 0 ? [] : [`Fig. ${joinRanges(figures)}`]),
      ...(tables.length === 0 ? [] : [`Tab. ${joinRanges(tables)}`]),
    ];
    return uses.length === 0 ? { kind: 'empty' } : text(uses.join('; '));
  };
  const heads = ['run', 'kind', 'title', 'seed', 'time, s', 'specification', 'shown in'];
  return {
    id: 'runs',
    title: 'Runs',
    caption: 'All runs behind this report, with those that made their inputs, in the order of submission.',
    subject: {},
    rowHead: 'no.',
    columns: heads.map((head) => ({ head, measure: null, group: '', subject: {} })),
    rows: content.runs.map((run, r) => ({
      head: String(r + 1),
      subject: {},
      cells: [
        text(run.runId),
        text(run.kind),
        text(run.title),
        run.seed === null ? { kind: 'empty' } : text(String(run.seed)),
        text((run.elapsedMs / 1000).toFixed(1)),
        text(shortHash(run.specHash)),
        describeUses(run.runId),
      ],
    })),
    footnotes: [],
  };
}

function text(content: string): TableCell {
  return { kind: 'text', text: content };
}
