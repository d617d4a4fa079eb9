import { availableParallelism, cpus, totalmem } from 'node:os';
import type { AppInfo } from '#host/app-info';
import { median } from '../measurements';
import { formatTable, type Column } from '../table';

/** How much faster than the reference loading must be. */
const TARGET = 1.5;

/** How fast an epoch was. */
export interface Speed {
  /** Images per second. */
  readonly rate: number;
  /** Processor time for an image, over all threads and processes, in seconds. */
  readonly cpu: number;
}

/** What one round gave. */
export interface Round {
  readonly own: Speed;
  readonly reference: Speed;
  /** Share of all cores that other programs used before the round, 0 to 1. */
  readonly load: number;
}

/** What a report is about. */
export interface LoaderReport {
  readonly app: AppInfo;
  readonly libraries: { readonly ours: string; readonly theirs: string };
  readonly rounds: readonly Round[];
  readonly setting: {
    readonly workers: number;
    readonly batch: number;
    readonly batches: number;
    readonly images: number;
    readonly meanBytes: number;
  };
}

/** Writes the report as Markdown. */
export function formatLoaderReport({ app, libraries, rounds, setting }: LoaderReport): string {
  const own = rounds.map((round) => round.own.rate);
  const reference = rounds.map((round) => round.reference.rate);
  const ratio = median(own) / median(reference);
  const byRound = median(rounds.map((round) => round.own.rate / round.reference.rate));
  const cpuOf = (who: 'own' | 'reference') =>
    `${(median(rounds.map((round) => round[who].cpu)) * 1000).toFixed(2)} ms`;
  const loads = rounds.map(({ load }) => load);
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const range = (rates: readonly number[]) =>
    `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}`;
  const facts = [
    `Date: ${new Date().toISOString().slice(0, 10)}`,
    `Machine: ${cpus().at(0)?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${(totalmem() / 2 ** 30).toFixed(1)} GiB of memory, ${process.platform}-${process.arch}`,
    `Reference: ${libraries.theirs}, a DataLoader with ${setting.workers} worker processes`,
    `Ours: ${libraries.ours} with ${setting.workers} decode threads; Tangent Workbench ${app.version}, commit ${app.commit ?? 'unknown'}`,
    `Images: ${setting.images} synthetic JPEG files of 500 × 375 and 375 × 500 pixels, quality 90, ${(setting.meanBytes / 1000).toFixed(0)} kB on average, in the file cache`,
    `Work: RandomResizedCrop(224, scale 0.9 to 1, bicubic), float32, normalized; batches of ${setting.batch}. Ours also checks the SHA-256 of every file.`,
    `A round is an epoch of ${setting.batches} batches by each, one after the other, in an order that alternates; ${rounds.length} rounds. Workers and threads live on between rounds.`,
    `Share of the cores that other programs used, sampled before each round: median ${percent(median(loads))}, most ${percent(Math.max(...loads))}`,
  ];
  const rows = [
    ['torchvision', median(reference).toFixed(0), range(reference), cpuOf('reference'), '', '', '', ''],
    [
      'ours',
      median(own).toFixed(0),
      range(own),
      cpuOf('own'),
      ratio.toFixed(2),
      byRound.toFixed(2),
      `≥ ${TARGET.toFixed(2)}`,
      ratio >= TARGET ? 'yes' : 'no',
    ],
  ];
  const list = facts.map((fact) => `- ${fact}`);
  return ['# Benchmark of the image loader', '', ...list, '', formatTable(columns, rows), ''].join('\n');
}

const columns: readonly Column[] = [
  { title: 'Loader', align: 'left' },
  { title: 'Images/s', align: 'right' },
  { title: 'Range', align: 'right' },
  { title: 'Processor time per image', align: 'right' },
  { title: 'Ratio', align: 'right' },
  { title: 'By round', align: 'right' },
  { title: 'Target', align: 'left' },
  { title: 'Met', align: 'left' },
];
