import type { FigureDocument, Mark } from '#contract/figure';
import type { FinetuningMode } from '#contract/specs/common';
import type { SpreadKind } from '#contract/table-document';
import { spreadOf } from '../spread';
import { linearSpan } from './axis-span';
import { fileName, listNames } from './list-names';
import { metricName } from './metric-names';
import { byMethod, methodStyle } from './method-style';
import { describeBounds } from './seed-bounds';
import { averageBlocks, blockSizeOf, describeBlocks } from './thin-curve';

/** The fine-tunings of a task in one mode. */
export interface TrainingCurves {
  readonly task: string;
  readonly mode: FinetuningMode;
  /** A metric of the fine-tuning with each seed, steps ascending. */
  readonly seeds: readonly (readonly { readonly step: number; readonly value: number }[])[];
}

/** What a figure of trainings shows. */
export interface ShownTraining {
  readonly model: string;
  readonly metric: string;
  /** Panels in this order. */
  readonly tasks: readonly string[];
  /** At least one; each with at least one seed that has a value. */
  readonly curves: readonly TrainingCurves[];
}

/**
 * Draws a metric of all fine-tunings: a panel for each task, a line for each mode, the mean over seeds with a band.
 * Long curves are averaged over blocks of steps for each seed first, so that the band is that of what is drawn.
 */
export function trainingFigure(
  { model, metric, tasks, curves }: ShownTraining,
  spread: SpreadKind,
): FigureDocument {
  const shown = tasks.filter((task) => curves.some((of) => of.task === task));
  const drawn = [...curves]
    .sort((a, b) => byMethod(a.mode, b.mode))
    .map((of) => ({ ...of, ...drawCurve(of, spread) }));
  const name = metricName(metric);
  const x = linearSpan(
    drawn.flatMap(({ line }) => line.x),
    { from: 0 },
  );
  const y = linearSpan(drawn.flatMap(({ line }) => [...line.y, ...(line.low ?? []), ...(line.high ?? [])]));
  const missing = tasks.filter((task) => !shown.includes(task));
  const sentences = [
    `The ${name} of ${model} against the step of fine-tuning, for each task.`,
    describeBounds(
      'Bands',
      spread,
      drawn.map(({ seeds }) => seeds.length),
    ),
    describeBlocks(drawn.map(({ size }) => size)),
    missing.length === 0 ? '' : `Not trained yet: ${listNames(missing)}.`,
  ];
  return {
    id: `training-${fileName(metric)}`,
    title: `${name} of fine-tuning`,
    caption: sentences.filter(Boolean).join(' '),
    body: {
      kind: 'plots',
      columns: Math.min(4, shown.length),
      panels: shown.map((task) => ({
        title: task,
        x: { scale: 'linear', title: 'step', range: x },
        y: { scale: 'linear', title: name, range: y },
        isSquare: false,
        marks: drawn.flatMap((of) => (of.task === task ? [of.line] : [])),
      })),
      colorScale: null,
    },
  };
}

type Line = Extract<Mark, { kind: 'line' }>;

function drawCurve({ mode, seeds }: TrainingCurves, spread: SpreadKind): { line: Line; size: number } {
  // Of what every seed has, so that each point is of the same seeds.
  const values = seeds.map((points) => new Map(points.map(({ step, value }) => [step, value])));
  const steps = seeds[0].map(({ step }) => step).filter((step) => values.every((of) => of.has(step)));
  const size = blockSizeOf(steps.length);
  const averaged = values.map((of) =>
    averageBlocks(
      steps.map((step) => of.get(step)!),
      size,
    ),
  );
  const x = averageBlocks(steps, size);
  const spreads = x.map((_, place) => spreadOf(averaged.map((of) => of[place])));
  const bound = (sign: 1 | -1) =>
    seeds.length === 1 ? null : spreads.map((of) => of.mean + sign * (of[spread] ?? 0));
  const line: Line = {
    kind: 'line',
    ...methodStyle(mode),
    x,
    y: spreads.map(({ mean }) => mean),
    low: bound(-1),
    high: bound(1),
    hasPoints: false,
    isReference: false,
  };
  return { line, size };
}
