import type { Axis, FigureDocument, Mark } from '#contract/figure';
import type { FinetuningMode } from '#contract/specs/common';
import type { SpreadKind } from '#contract/table-document';
import { spreadOf } from '../spread';
import { linearSpan, logSpan, quantitySpan } from './axis-span';
import { capitalize, fileName, listNames } from './list-names';
import { metricName } from './metric-names';
import { byMethod, methodStyle } from './method-style';
import { describeBounds } from './seed-bounds';
import { averageBlocks, blockSizeOf, describeBlocks } from './thin-curve';

/** Panels are small: a line of more points than these is a blot. */
const MOST_IN_PANEL = 100;

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
  const size = blockSizeOf(
    curves.flatMap(({ seeds }) => seeds.map(({ length }) => length)),
    MOST_IN_PANEL,
  );
  const drawn = [...curves]
    .sort((a, b) => byMethod(a.mode, b.mode))
    .map((of) => ({ ...of, line: drawCurve(of, size, spread) }));
  const values = drawn.flatMap(({ line }) => line.y);
  const isLog = metric === 'loss' && values.every((value) => value > 0);
  const bounds = drawn.flatMap(({ line }) => [...(line.low ?? []), ...(line.high ?? [])]);
  const name = metricName(metric);
  const x: Axis = {
    scale: 'linear',
    title: 'step',
    range: linearSpan(
      drawn.flatMap(({ line }) => line.x),
      { from: 0 },
    ),
  };
  const y: Axis = isLog
    ? { scale: 'log', title: name, range: logSpan(values) }
    : { scale: 'linear', title: name, range: quantitySpan([...values, ...bounds]) };
  const missing = tasks.filter((task) => !shown.includes(task));
  const sentences = [
    `The ${name} of fine-tuning ${model} on each task against the step${isLog ? ', on a logarithmic axis' : ''}.`,
    describeBounds(
      'Bands',
      spread,
      drawn.map(({ seeds }) => seeds.length),
    ),
    describeBlocks(size),
    missing.length === 0 ? '' : `Not trained yet: ${listNames(missing)}.`,
  ];
  return {
    id: `training-${fileName(metric)}`,
    title: capitalize(`${name} of fine-tuning`),
    caption: sentences.filter(Boolean).join(' '),
    body: {
      kind: 'plots',
      columns: Math.min(4, shown.length),
      panels: shown.map((task) => ({
        title: task,
        x,
        y,
        isSquare: false,
        marks: drawn.flatMap((of) => (of.task === task ? [of.line] : [])),
      })),
      colorScale: null,
    },
  };
}

function drawCurve(
  { mode, seeds }: TrainingCurves,
  size: number,
  spread: SpreadKind,
): Extract<Mark, { kind: 'line' }> {
  // Of what every seed has, so that each point is of the same seeds.
  const values = seeds.map((points) => new Map(points.map(({ step, value }) => [step, value])));
  const steps = seeds[0].map(({ step }) => step).filter((step) => values.every((of) => of.has(step)));
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
  return {
    kind: 'line',
    ...methodStyle(mode),
    x,
    y: spreads.map(({ mean }) => mean),
    low: bound(-1),
    high: bound(1),
    hasPoints: false,
    isReference: false,
  };
}
