import { availableParallelism, cpus, totalmem } from 'node:os';
import type { AppInfo } from '#host/app-info';
import type { LineUp } from './line-up';
import { median, type Measurements } from './measurements';
import { compare, type Row } from './rows';
import { roundsOf, sizes as settings, type SizeName } from './sizes';
import { formatTable, type Column } from './table';
import { findTarget } from './targets';

/** What a report is about. */
export interface Report {
  readonly app: AppInfo;
  readonly lineUp: LineUp;
  readonly sizes: readonly SizeName[];
  /** In a trial, in place of the sizes' own numbers. */
  readonly rounds: number | undefined;
  readonly measured: Measurements;
}

/** Writes the report as Markdown: what was measured, where and how, then one table. */
export function formatReport(report: Report): string {
  const facts = listFacts(report).map((fact) => `- ${fact}`);
  const cells = report.sizes.flatMap((size) => compare(size, report.measured)).map(cellsOf);
  return ['# Benchmark', '', ...facts, '', formatTable(columns, cells), ''].join('\n');
}

function listFacts({ app, lineUp, sizes, rounds, measured }: Report): string[] {
  const memory = (totalmem() / 2 ** 30).toFixed(1);
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const names = [...lineUp.launches.keys()];
  return [
    `Date: ${new Date().toISOString().slice(0, 10)}`,
    `Machine: ${cpus().at(0)?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${memory} GiB of memory, ${process.platform}-${process.arch}`,
    ...[...lineUp.hellos].map(
      ([name, { library, threads }]) =>
        `Contestant ${name}: ${library}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    ),
    ...lineUp.absences.map((absence) => absence.replaceAll(/\s+/g, ' ')),
    `Node ${process.version}; Tangent Workbench ${app.version}, commit ${app.commit ?? 'unknown'}`,
    ...sizes.map((size) => {
      const counts = names.map((name) => `${name} ${roundsOf(size, name, rounds)}`);
      const { warmUps, inARow } = settings[size];
      return `Rounds at ${size}: ${counts.join(', ')}; before them ${warmUps} calls for warm-up; at each turn the median of ${inARow} in a row`;
    }),
    `Share of the cores that other programs used, sampled before each round: median ${percent(median(measured.loads))}, most ${percent(Math.max(...measured.loads))}`,
    'Times are medians over rounds. In a round every contestant runs every subject once, one contestant at a time, in an order that rotates.',
    '"Ratio" divides the two medians and is what a target is about; "by round" is the median of the ratios of single rounds.',
    'Memory is that of a fresh process that takes a gradient three times; its growth is counted from when parameters, tangent and pixels are there.',
  ];
}

const columns: readonly Column[] = [
  { title: 'Size', align: 'left' },
  { title: 'Subject', align: 'left' },
  { title: 'Contestant', align: 'left' },
  { title: 'Value', align: 'right' },
  { title: 'Compared with', align: 'right' },
  { title: 'Ratio', align: 'right' },
  { title: 'By round', align: 'right' },
  { title: 'Target', align: 'left' },
  { title: 'Met', align: 'left' },
];

function cellsOf(row: Row): string[] {
  const { size, what, contestant, value, against, ratio, roundRatio } = row;
  const target = ratio === undefined ? undefined : findTarget(size, what, contestant);
  const inBrackets = (note: string | undefined) => (note === undefined ? '' : ` (${note})`);
  return [
    size,
    what,
    contestant + inBrackets(row.note),
    value,
    against,
    ratio?.toFixed(3) ?? '',
    roundRatio?.toFixed(3) ?? '',
    target === undefined ? '' : `≤ ${target.atMost.toFixed(2)}${inBrackets(target.note)}`,
    target === undefined ? '' : ratio! <= target.atMost ? 'yes' : 'no',
  ];
}
