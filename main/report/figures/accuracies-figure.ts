import type { BenchmarkSummary, MethodSummary, SeedSpread, TaskSpreads } from '#contract/benchmark-summary';
import { assertNever } from '#contract/errors';
import type { FigureDocument, Mark, Panel } from '#contract/figure';
import type { FigureSource } from '#contract/report';
import type { SpreadKind } from '#contract/table-document';
import { countOf, listNames } from './list-names';
import { methodStyle, pretrainedName, pretrainedSeries } from './method-style';
import { describeBounds, percentBounds } from './seed-bounds';

/** Which accuracies are drawn. */
export type AccuracyQuantity = Extract<FigureSource, { kind: 'accuracies' }>['quantity'];

type Bars = Extract<Mark, { kind: 'bars' }>;

/** What a quantity is made of. */
interface Chart {
  readonly title: string;
  readonly caption: string;
  readonly methods: readonly MethodSummary[];
  readonly panels: readonly {
    readonly title: string;
    readonly read: (method: MethodSummary) => TaskSpreads | undefined;
  }[];
  /** What the accuracies are beside: the pre-trained model on each task, or a fraction that is the same for all. */
  readonly beside: 'pretrained' | number | null;
}

/**
 * Draws test accuracy on every task and their average as grouped bars over methods, with error bars over seeds.
 *
 * @returns null if no method has measured the quantity
 */
export function accuraciesFigure(
  summary: BenchmarkSummary,
  quantity: AccuracyQuantity,
  spread: SpreadKind,
): FigureDocument | null {
  const { title, caption, methods, panels, beside } = chartOf(summary, quantity);
  const measured = panels.map(({ read, ...panel }) => ({
    ...panel,
    bars: methods.flatMap((method) => {
      const { tasks = [], average = null } = read(method) ?? {};
      const spreads = [...tasks, average];
      return spreads.some((value) => value !== null) ? [{ ...methodStyle(method.method), spreads }] : [];
    }),
  }));
  const counts = measured
    .flatMap(({ bars }) => bars.flatMap(({ spreads }) => spreads))
    .flatMap((value) => (value === null ? [] : [value.count]));
  if (counts.length === 0) return null;
  const categories = [...summary.tasks, 'average'];
  return {
    id: `accuracies-${quantity}`,
    title,
    caption: `${caption} ${describeBounds('Error bars', spread, counts)}`,
    body: {
      kind: 'plots',
      columns: 1,
      panels: measured.map((panel): Panel => ({
        title: panel.title,
        x: { scale: 'category', title: '', categories },
        y: { scale: 'linear', title: 'test accuracy, %', range: [0, 100] },
        isSquare: false,
        marks: [...drawBeside(beside, summary), ...panel.bars.map((bars) => drawBars(bars, spread))],
      })),
      colorScale: null,
    },
  };
}

function chartOf(summary: BenchmarkSummary, quantity: AccuracyQuantity): Chart {
  const { model, tasks, methods, zeroShot, randomInit } = summary;
  const control = summary.control === null ? 'control task' : `control task ${summary.control}`;
  switch (quantity) {
    case 'single-task':
      return {
        title: 'Single-task accuracy',
        caption: `Test accuracy of ${model} with each task’s own task vector at α = 1, beside the pre-trained model.`,
        methods,
        panels: [{ title: '', read: ({ singleTask }) => singleTask }],
        beside: 'pretrained',
      };
    case 'added':
      return {
        title: 'Accuracy of the sum of all task vectors',
        caption:
          `Test accuracy of ${model} with the task vectors of ${countOf(tasks.length, 'task')} added, with one α for all ` +
          'that was chosen on validation data, beside the pre-trained model.',
        methods,
        panels: [{ title: '', read: ({ addition }) => addition?.tuned.absolute }],
        beside: 'pretrained',
      };
    case 'negated-target':
      return {
        title: 'Accuracy on negated tasks',
        caption:
          `Test accuracy of ${model} on each task after negating it (lower is better), beside the pre-trained model. ` +
          describeThreshold(methods),
        methods,
        panels: [{ title: '', read: ({ negation }) => negation?.target }],
        beside: 'pretrained',
      };
    case 'negated-control':
      return {
        title: `Accuracy on the ${control} after negating each task`,
        caption:
          `Test accuracy of ${model} on the ${control} after negating the task that is named; the dotted line is the ` +
          `pre-trained model. ${describeThreshold(methods)}`,
        methods,
        panels: [{ title: '', read: ({ negation }) => negation?.control }],
        beside: zeroShot.control?.test ?? null,
      };
    case 'random-init': {
      const names = listNames(randomInit.methods.map(({ method }) => methodStyle(method).name));
      const { chance } = randomInit;
      return {
        title: 'Training from a random initialization',
        caption:
          `Test accuracy where training of the architecture of ${model} begins at one random θ0 for all tasks (${names}): ` +
          'of single-task models, and of the sum of all task vectors with one α that was chosen on validation data.' +
          (chance === null ? '' : ' The dotted line is chance, the mean of 1/C over tasks of C classes.'),
        methods: randomInit.methods,
        panels: [
          { title: 'single-task models', read: ({ singleTask }) => singleTask },
          { title: 'sum of all', read: ({ addition }) => addition?.tuned.absolute },
        ],
        beside: chance,
      };
    }
    default:
      return assertNever(quantity);
  }
}

function drawBars(
  {
    name,
    series,
    spreads,
  }: Pick<Bars, 'name' | 'series'> & { readonly spreads: readonly (SeedSpread | null)[] },
  spread: SpreadKind,
): Bars {
  const bounds = spreads.map((value) => (value === null ? null : percentBounds(value, spread)));
  return {
    kind: 'bars',
    name,
    series,
    values: spreads.map((value) => (value === null ? null : 100 * value.mean)),
    low: bounds.map((bound) => bound?.low ?? null),
    high: bounds.map((bound) => bound?.high ?? null),
  };
}

function drawBeside(beside: Chart['beside'], { tasks, zeroShot }: BenchmarkSummary): Mark[] {
  if (beside === null) return [];
  if (beside !== 'pretrained') {
    return [{ kind: 'rule', from: [-0.5, 100 * beside], to: [tasks.length + 0.5, 100 * beside] }];
  }
  const values = [...zeroShot.tasks, zeroShot.average].map((top1) => (top1 === null ? null : 100 * top1));
  const none = values.map(() => null);
  return [{ kind: 'bars', name: pretrainedName, series: pretrainedSeries, values, low: none, high: none }];
}

function describeThreshold(methods: readonly MethodSummary[]): string {
  const thresholds = methods.flatMap(({ negation }) =>
    negation === null ? [] : [`${(100 * negation.controlThreshold).toFixed(0)} %`],
  );
  return (
    'α was chosen for each task so that validation accuracy on the control keeps ' +
    `${[...new Set(thresholds)].join(' or ')} of the pre-trained.`
  );
}
