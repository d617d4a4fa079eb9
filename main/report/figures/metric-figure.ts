import type { FigureDocument, Mark } from '#contract/figure';
import { linearSpan, logSpan, quantitySpan } from './axis-span';
import { capitalize, countOf, fileName, listNames } from './list-names';
import { metricName } from './metric-names';
import { tellApart } from './tell-apart';
import { averageBlocks, blockSizeOf, describeBlocks } from './thin-curve';

/** A curve of fewer points than this shows each of them. */
const MARKED_BELOW = 40;

/** A metric of one run. */
export interface MetricCurve {
  readonly title: string;
  readonly seed: number | null;
  readonly runId: string;
  readonly isFinished: boolean;
  /** Ascending steps; at least one. */
  readonly points: readonly { readonly step: number; readonly value: number }[];
}

/**
 * Draws a metric of runs against steps, each in a color and with a dash of its own.
 *
 * @param curves at least one
 * @param isLog whether the metric is on a logarithmic axis; what is not positive is then left out
 */
export function metricFigure(curves: readonly MetricCurve[], metric: string, isLog: boolean): FigureDocument {
  const names = tellApart(
    curves.map(({ title, seed, runId }) => [title, seed === null ? '' : `seed ${seed}`, runId]),
  );
  const size = blockSizeOf(curves.map(({ points }) => points.length));
  const lines = curves.map(({ points }, place) => {
    const shown = isLog ? points.filter(({ value }) => value > 0) : points;
    const line: Extract<Mark, { kind: 'line' }> = {
      kind: 'line',
      name: names[place],
      series: place,
      dash: place % 4,
      x: averageBlocks(
        shown.map(({ step }) => step),
        size,
      ),
      y: averageBlocks(
        shown.map(({ value }) => value),
        size,
      ),
      low: null,
      high: null,
      hasPoints: shown.length < MARKED_BELOW,
      isReference: false,
    };
    return line;
  });
  const values = lines.flatMap(({ y }) => y);
  const name = metricName(metric);
  const leftOut = curves.reduce(
    (sum, { points }) => sum + (isLog ? points.filter(({ value }) => value <= 0).length : 0),
    0,
  );
  const running = names.filter((_, place) => !curves[place].isFinished);
  const sentences = [
    `The ${name} of ${curves.length === 1 ? names[0] : countOf(curves.length, 'run')} against the step.`,
    isLog ? 'The vertical axis is logarithmic.' : '',
    leftOut === 0 ? '' : `Left out: ${countOf(leftOut, 'value')} of zero or less.`,
    describeBlocks(size),
    running.length === 0 ? '' : `Not finished: ${listNames(running)}.`,
  ];
  return {
    id: `metric-${fileName(metric)}`,
    title: capitalize(
      curves.length === 1 ? `${name}, ${names[0]}` : `${name} of ${countOf(curves.length, 'run')}`,
    ),
    caption: sentences.filter(Boolean).join(' '),
    body: {
      kind: 'plots',
      columns: 1,
      panels: [
        {
          title: '',
          x: {
            scale: 'linear',
            title: 'step',
            range: linearSpan(
              lines.flatMap(({ x }) => x),
              { from: 0 },
            ),
          },
          y: isLog
            ? { scale: 'log', title: name, range: logSpan(values) }
            : { scale: 'linear', title: name, range: quantitySpan(values) },
          isSquare: false,
          marks: lines,
        },
      ],
      colorScale: null,
    },
  };
}
