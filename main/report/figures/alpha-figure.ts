import type { BenchmarkSummary, SeedSpread } from '#contract/benchmark-summary';
import type { FigureDocument, Mark, Panel } from '#contract/figure';
import type { EvaluationMode } from '#contract/specs/common';
import type { SpreadKind } from '#contract/table-document';
import { linearSpan, percentSpan } from './axis-span';
import { interpolate } from './interpolate';
import { countOf } from './list-names';
import { methodStyle } from './method-style';
import { describeBounds, percentBounds } from './seed-bounds';

/** A quantity of one method against α. */
interface AlphaCurve {
  readonly method: EvaluationMode;
  readonly points: readonly { readonly scalingCoef: number; readonly value: SeedSpread }[];
  /** α that was chosen, on average over seeds. */
  readonly chosen: number | null;
}

/** The curves of one quantity. */
interface AlphaPanel {
  readonly title: string;
  readonly axis: string;
  readonly curves: readonly AlphaCurve[];
}

/**
 * Draws validation accuracy against α: one panel for each of the two quantities of an edit, a line for each method, the
 * mean over seeds with a band, and a diamond where α was chosen.
 *
 * @param summary at least one method has measured the edit
 */
export function alphaFigure(
  summary: BenchmarkSummary,
  edit: 'addition' | 'negation',
  spread: SpreadKind,
): FigureDocument {
  const panels = edit === 'addition' ? additionPanels(summary) : negationPanels(summary);
  const counts = panels.flatMap(({ curves }) =>
    curves.flatMap(({ points }) => points.map(({ value }) => value.count)),
  );
  const tasks = countOf(summary.tasks.length, 'task');
  const what =
    edit === 'addition'
      ? `Validation accuracy of ${summary.model} with the task vectors of ${tasks} added, against the scaling coefficient ` +
        'α, averaged over tasks: absolute, and normalized by the single-task model of the same method. ' +
        'Diamonds: the α that was chosen on validation data.'
      : `Validation accuracy of ${summary.model} after negating one of ${tasks}, against the scaling coefficient α, averaged ` +
        `over tasks: on the negated task, and on the control task${summary.control === null ? '' : ` ${summary.control}`}. ` +
        'Diamonds: the mean of the α that were chosen on validation data for each task.';
  return {
    id: `${edit}-curve`,
    title: `Task ${edit} against α`,
    caption: `${what} ${describeBounds('Bands', spread, counts)}`,
    body: {
      kind: 'plots',
      columns: panels.length,
      panels: panels.map((panel) => drawPanel(panel, spread)),
      colorScale: null,
    },
  };
}

function additionPanels({ methods }: BenchmarkSummary): AlphaPanel[] {
  const of = (which: 'absolute' | 'normalized') =>
    methods.flatMap(({ method, addition }): AlphaCurve[] => {
      const points = (addition?.curve ?? []).flatMap(({ scalingCoef, [which]: value }) =>
        value === null ? [] : [{ scalingCoef, value }],
      );
      return points.length === 0 ? [] : [{ method, points, chosen: addition!.chosenScalingCoef.mean }];
    });
  const panels = [
    { title: 'absolute', axis: 'validation accuracy, %', curves: of('absolute') },
    { title: 'normalized', axis: 'normalized accuracy, %', curves: of('normalized') },
  ];
  return panels.filter(({ curves }) => curves.length > 0);
}

function negationPanels({ methods, control }: BenchmarkSummary): AlphaPanel[] {
  const of = (side: 'target' | 'control') =>
    methods.flatMap(({ method, negation }): AlphaCurve[] =>
      negation === null
        ? []
        : [
            {
              method,
              points: negation.curve.map(({ scalingCoef, [side]: value }) => ({ scalingCoef, value })),
              chosen: negation.chosenScalingCoefs.average?.mean ?? null,
            },
          ],
    );
  const axis = 'validation accuracy, %';
  return [
    { title: 'negated task', axis, curves: of('target') },
    { title: control === null ? 'control task' : `control task ${control}`, axis, curves: of('control') },
  ];
}

function drawPanel({ title, axis, curves }: AlphaPanel, spread: SpreadKind): Panel {
  const drawn = curves.map((curve) => drawCurve(curve, spread));
  const alphas = drawn.flatMap(({ line }) => line.x);
  return {
    title,
    x: { scale: 'linear', title: 'α', range: linearSpan(alphas) },
    // The means decide: an interval of two seeds can be wider than all accuracies.
    y: { scale: 'linear', title: axis, range: percentSpan(drawn.flatMap(({ line }) => line.y)) },
    isSquare: false,
    marks: [...drawn.map(({ line }) => line), ...drawn.flatMap(({ chosen }) => chosen)],
  };
}

type Line = Extract<Mark, { kind: 'line' }>;

function drawCurve(
  { method, points, chosen }: AlphaCurve,
  spread: SpreadKind,
): { line: Line; chosen: Mark[] } {
  const style = methodStyle(method);
  const x = points.map(({ scalingCoef }) => scalingCoef);
  const y = points.map(({ value }) => 100 * value.mean);
  const bounds = points.map(({ value }) => percentBounds(value, spread));
  const hasBand = bounds.some((bound) => bound !== null);
  const line: Line = {
    kind: 'line',
    ...style,
    x,
    y,
    // Where only one seed has measured an α, the band is as thin as the line.
    low: hasBand ? bounds.map((bound, i) => bound?.low ?? y[i]) : null,
    high: hasBand ? bounds.map((bound, i) => bound?.high ?? y[i]) : null,
    hasPoints: false,
    isReference: false,
  };
  if (chosen === null) return { line, chosen: [] };
  const point: Mark = {
    kind: 'points',
    name: '',
    about: `${style.name}, chosen α`,
    series: style.series,
    shape: 'diamond',
    isOpen: false,
    x: [chosen],
    y: [interpolate(x, y, chosen)],
    labels: [''],
  };
  return { line, chosen: [point] };
}
