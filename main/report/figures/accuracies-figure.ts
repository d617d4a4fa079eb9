import type { BenchmarkSummary, MethodSummary, SeedSpread, TaskSpreads } from '#contract/benchmark-summary';
import { assertNever } from '#contract/errors';
import type { FigureDocument, Mark, Panel } from '#contract/figure';
import type { FigureSource } from '#contract/report';
import type { SpreadKind } from '#contract/table-document';
import { countOf, listNames } from './list-names';
import { methodStyle, pretrainedStyle } from './method-style';
import { describeBounds, percentBounds } from './seed-bounds';

/** Which accuracies are drawn. */
export type AccuracyQuantity = Extract<FigureSource, { kind: 'accuracies' }>['quantity'];

type Bars = Extract<Mark, { kind: 'bars' }>;

/** What a quantity is made of. */
interface Chart {
  readonly title: string;
  readonly caption: string;
  readonly panels: readonly {
    readonly title: string;
    readonly marks: readonly Mark[];
    readonly counts: readonly number[];
  }[];
}

/**
 * Draws test accuracy on every task and their average as grouped bars over methods, with error bars over seeds.
 *
 * @param summary at least one method has measured the quantity
 * @returns null if none has
 */
export function accuraciesFigure(
  summary: BenchmarkSummary,
  quantity: AccuracyQuantity,
  spread: SpreadKind,
): FigureDocument | null {
  const { title, caption, panels } = chartOf(summary, quantity, spread);
  const counts = panels.flatMap((panel) => panel.counts);
  if (counts.length === 0) return null;
  const categories = [...summary.tasks, 'average'];
  return {
    id: `accuracies-${quantity}`,
    title,
    caption: `${caption} ${describeBounds('Error bars', spread, counts)}`,
    body: {
      kind: 'plots',
      columns: 1,
      panels: panels.map((panel): Panel => ({
        title: panel.title,
        x: { scale: 'category', title: '', categories },
        y: { scale: 'linear', title: 'test accuracy, %', range: [0, 100] },
        isSquare: false,
        marks: [...panel.marks],
      })),
      colorScale: null,
    },
  };
}

function chartOf(summary: BenchmarkSummary, quantity: AccuracyQuantity, spread: SpreadKind): Chart {
  const { model, tasks, methods, zeroShot, control, randomInit } = summary;
  const pretrained: Bars = {
    kind: 'bars',
    name: pretrainedStyle.name,
    series: pretrainedStyle.series,
    values: [...zeroShot.tasks, zeroShot.average].map((top1) => (top1 === null ? null : 100 * top1)),
    low: [...tasks.map(() => null), null],
    high: [...tasks.map(() => null), null],
  };
  const chart = (of: readonly MethodSummary[], read: (method: MethodSummary) => TaskSpreads | undefined) => {
    const found = of.flatMap((method) => {
      const { tasks: each = [], average = null } = read(method) ?? {};
      const spreads = [...each, average];
      return spreads.some(Boolean) ? [{ spreads, ...methodStyle(method.method) }] : [];
    });
    const counts = found.flatMap(({ spreads }) =>
      spreads.flatMap((value) => (value === null ? [] : [value.count])),
    );
    return {
      marks: found.map(({ spreads, name, series }) => drawBars(spreads, name, series, spread)),
      counts,
    };
  };
  const negated = control === null ? 'control' : `control task ${control}`;
  const level = (value: number | null | undefined): Mark[] =>
    value === null || value === undefined
      ? []
      : [{ kind: 'rule', from: [-0.5, 100 * value], to: [tasks.length + 0.5, 100 * value] }];
  switch (quantity) {
    case 'single-task': {
      const { marks, counts } = chart(methods, ({ singleTask }) => singleTask);
      return {
        title: 'Single-task accuracy',
        caption: `Test accuracy of ${model} with each task’s own task vector at α = 1, beside the pre-trained model.`,
        panels: [{ title: '', marks: [pretrained, ...marks], counts }],
      };
    }
    case 'added': {
      const { marks, counts } = chart(methods, ({ addition }) => addition?.tuned.absolute);
      return {
        title: 'Accuracy of the sum of all task vectors',
        caption:
          `Test accuracy of ${model} with the task vectors of ${countOf(tasks.length, 'task')} added, with one α for all ` +
          'that was chosen on validation data, beside the pre-trained model.',
        panels: [{ title: '', marks: [pretrained, ...marks], counts }],
      };
    }
    case 'negated-target': {
      const { marks, counts } = chart(methods, ({ negation }) => negation?.target);
      return {
        title: 'Accuracy on negated tasks',
        caption:
          `Test accuracy of ${model} on each task after negating it (lower is better), beside the pre-trained model. ` +
          describeThreshold(methods),
        panels: [{ title: '', marks: [pretrained, ...marks], counts }],
      };
    }
    case 'negated-control': {
      const { marks, counts } = chart(methods, ({ negation }) => negation?.control);
      return {
        title: `Accuracy on the ${negated} after negating each task`,
        caption:
          `Test accuracy of ${model} on the ${negated} after negating the task that is named; the dotted line is the ` +
          `pre-trained model. ${describeThreshold(methods)}`,
        panels: [{ title: '', marks: [...level(zeroShot.control?.test), ...marks], counts }],
      };
    }
    case 'random-init': {
      const single = chart(randomInit.methods, ({ singleTask }) => singleTask);
      const added = chart(randomInit.methods, ({ addition }) => addition?.tuned.absolute);
      const chance = level(randomInit.chance);
      return {
        title: 'Training from a random initialization',
        caption:
          `Test accuracy where training of the architecture of ${model} begins at one random θ0 for all tasks ` +
          `(${listNames(randomInit.methods.map(({ method }) => methodStyle(method).name))}): of ` +
          'single-task models, and of the sum of all task vectors with one α that was chosen on validation data.' +
          (chance.length === 0 ? '' : ' The dotted line is chance, the mean of 1/C over tasks of C classes.'),
        panels: [
          { title: 'single-task models', ...single, marks: [...chance, ...single.marks] },
          { title: 'sum of all', ...added, marks: [...chance, ...added.marks] },
        ],
      };
    }
    default:
      return assertNever(quantity);
  }
}

function drawBars(
  spreads: readonly (SeedSpread | null)[],
  name: string,
  series: number,
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

function describeThreshold(methods: readonly MethodSummary[]): string {
  const thresholds = methods.flatMap(({ negation }) =>
    negation === null ? [] : [`${(100 * negation.controlThreshold).toFixed(0)} %`],
  );
  return (
    'α was chosen for each task so that validation accuracy on the control keeps ' +
    `${[...new Set(thresholds)].join(' or ')} of the pre-trained.`
  );
}
