import { availableParallelism, cpus, totalmem } from 'node:os';
import type { AppInfo } from '#host/app-info';
import { formatTable, type Column } from '../table';

/** One row of the table. */
export interface Comparison {
  readonly what: string;
  readonly ours: string;
  readonly reference: string;
  /** What the target is about. */
  readonly figure: string;
  readonly target: string;
  readonly isMet: boolean;
}

/** What a report is about. */
export interface AnalysisReport {
  readonly app: AppInfo;
  readonly libraries: { readonly ours: string; readonly theirs: string };
  readonly rounds: number;
  readonly loads: readonly number[];
  readonly rows: readonly Comparison[];
}

/** Writes the report as Markdown. */
export function formatAnalysisReport({ app, libraries, rounds, loads, rows }: AnalysisReport): string {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const facts = [
    `Date: ${new Date().toISOString().slice(0, 10)}`,
    `Machine: ${cpus().at(0)?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${(totalmem() / 2 ** 30).toFixed(1)} GiB of memory, ${process.platform}-${process.arch}`,
    `Reference: ${libraries.theirs}; ours: ${libraries.ours}, Node ${process.version}, Tangent Workbench ${app.version}, commit ${app.commit ?? 'unknown'}; ${availableParallelism()} threads each`,
    'Model: the starter’s vision transformer (474,048 parameters, 32 × 32 pixels), the same weights and images for both, float32, batches of 128',
    'Maps: 21 × 21 cells, 2,048 images of each of two tasks. The reference evaluates the model at each cell; 2 cells are measured and multiplied, with single-task predictions shared along rows and columns: (441 + 21) × 4,096 images in all',
    'Gram matrices: 200 images, class logits of 10 classes, each class with itself',
    `${rounds} rounds, in each every subject once by one contestant after the other, in an order that alternates; figures are ratios of medians`,
    `Share of the cores that other programs used, sampled before each round: most ${percent(Math.max(...loads))}`,
  ];
  const cells = rows.map(({ what, ours, reference, figure, target, isMet }) => [
    what,
    ours,
    reference,
    figure,
    target,
    isMet ? 'yes' : 'no',
  ]);
  const list = facts.map((fact) => `- ${fact}`);
  return ['# Benchmark of the analyses', '', ...list, '', formatTable(columns, cells), ''].join('\n');
}

const columns: readonly Column[] = [
  { title: 'What', align: 'left' },
  { title: 'Ours', align: 'right' },
  { title: 'PyTorch', align: 'right' },
  { title: 'Figure', align: 'right' },
  { title: 'Target', align: 'left' },
  { title: 'Met', align: 'left' },
];
