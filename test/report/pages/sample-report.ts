import type { Origin } from '#contract/report';
import type { TableDocument } from '#contract/table-document';
import { reportBenchmark } from '#report/report-benchmark';
import { parseReferenceNumbers } from '#report/reference-numbers';
import type { ContentItem, ReportContent } from '#report/report-content';
import published from '#resources/reference/tangent-task-arithmetic.json';
import { exampleBenchmark } from '#test/report/example-benchmark';
import { sampleFigures } from '#test/support/sample-figures';

/** Tables of the example benchmark, by their ids. */
export const exampleTables: ReadonlyMap<string, TableDocument> = new Map(
  reportBenchmark(exampleBenchmark(), parseReferenceNumbers(published)).tables.map((table) => [
    table.id,
    table,
  ]),
);

const methods = ['standard', 'posthoc', 'linear'];
/** Runs of three methods and three seeds. */
export const exampleRuns: ReportContent['runs'] = Array.from({ length: 9 }, (_, r) => ({
  runId: `run${r}abcd`,
  specHash: `${r}`.repeat(8) + 'abcdef0123456789'.repeat(3) + '01234567',
  title: `Fine-tune digits, ${methods[r % 3]}, seed ${Math.floor(r / 3)}`,
  kind: 'finetune',
  seed: Math.floor(r / 3),
  elapsedMs: 61_250 + 1000 * r,
}));

/** What some of the runs are called where a figure names them. */
export function originsOf(...places: number[]): Origin[] {
  return places.map((place) => {
    const { runId, specHash, title } = exampleRuns[place];
    return { runId, specHash, title };
  });
}

/** A table of the example benchmark as a piece of a report. */
export function tableItem(
  table: TableDocument,
  origins: readonly Origin[] = originsOf(0, 1, 2),
): ContentItem & { kind: 'table' } {
  return { kind: 'table', name: table.id, table, caption: table.caption, origins };
}

/** A sample figure as a piece of a report. */
export function figureItem(
  id: keyof typeof sampleFigures,
  width: 'single' | 'double',
): ContentItem & { kind: 'figure' } {
  const figure = sampleFigures[id];
  return { kind: 'figure', name: id, figure, width, caption: figure.caption, origins: originsOf(0, 3) };
}

/** A report of the given pieces. */
export function sampleReport(
  items: readonly ContentItem[],
  change: Partial<ReportContent> = {},
): ReportContent {
  return {
    title: 'Task arithmetic in the tangent space, made again',
    authors: 'A. Author and B. Author',
    date: '2026-11-27',
    appVersion: '0.1.0',
    style: { preset: 'plain', palette: 'color-blind' },
    spread: 'interval',
    items,
    runs: exampleRuns,
    environment: [
      'Engine wasm 4.22.0 on cpu with 2 threads: the same bytes each time',
      'Node v24.21.0 on linux-x64',
    ],
    commands: ['tangent study run specs', 'tangent report example --out report'],
    ...change,
  };
}
