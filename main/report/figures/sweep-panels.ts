import type { Mark, Panel } from '#contract/figure';
import { linearSpan, percentSpan } from './axis-span';
import type { MethodStyle } from './method-style';

/** A line of a sweep; null where there is nothing at an α. */
export interface SweepLine {
  readonly name: string;
  /** What it is, in the data; its name unless it is said. */
  readonly about?: string;
  /** Fractions, one for each α. */
  readonly values: readonly (number | null)[];
  /** Null for a thin grey line. */
  readonly style: Pick<MethodStyle, 'series' | 'dash'> | null;
}

/** What is in a panel of a sweep. */
export interface SweepContent {
  readonly title: string;
  readonly axis: string;
  /** Ascending. */
  readonly scalingCoefs: readonly number[];
  readonly lines: readonly SweepLine[];
  /** The α that was chosen, at which a dotted vertical line is. */
  readonly chosen: number;
  /** A fraction that accuracies may not fall below, as a dotted horizontal line; null for none. */
  readonly threshold: number | null;
}

/** Draws sweeps over α in panels with the same axes. */
export function sweepPanels(contents: readonly SweepContent[]): Panel[] {
  const values = contents.flatMap(({ lines }) =>
    lines.flatMap((line) => line.values.filter((value) => value !== null)),
  );
  const y = percentSpan(values.map((value) => 100 * value));
  const x = linearSpan(contents.flatMap(({ scalingCoefs }) => scalingCoefs));
  return contents.map(({ title, axis, scalingCoefs, lines, chosen, threshold }) => ({
    title,
    x: { scale: 'linear', title: 'α', range: x },
    y: { scale: 'linear', title: axis, range: y },
    isSquare: false,
    marks: [
      rule([chosen, y[0]], [chosen, y[1]]),
      ...(threshold === null ? [] : [rule([x[0], 100 * threshold], [x[1], 100 * threshold])]),
      ...lines.map((line) => drawLine(line, scalingCoefs)),
    ],
  }));
}

function drawLine({ name, about = name, values, style }: SweepLine, scalingCoefs: readonly number[]): Mark {
  const places = values.flatMap((value, place) => (value === null ? [] : [place]));
  return {
    kind: 'line',
    name,
    about,
    series: style?.series ?? 0,
    dash: style?.dash ?? 0,
    x: places.map((place) => scalingCoefs[place]),
    y: places.map((place) => 100 * values[place]!),
    low: null,
    high: null,
    hasPoints: false,
    isReference: style === null,
  };
}

function rule(from: [number, number], to: [number, number]): Mark {
  return { kind: 'rule', from, to };
}
