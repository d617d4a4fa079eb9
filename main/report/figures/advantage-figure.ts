import type { PublishedComparison } from '#contract/benchmark-report';
import type { AdvantageSummary, BenchmarkSummary, SeedSpread } from '#contract/benchmark-summary';
import type { FigureDocument, Mark } from '#contract/figure';
import { listNames, writeNumber } from './list-names';

/** One single-task accuracy in f against the same in the expansion, in percent. */
interface AdvantagePoint {
  readonly task: string;
  readonly nonLinear: number;
  readonly linear: number;
}

const names = {
  posthoc: { axis: 'post-hoc linearized', how: 'fine-tuned in f, then linearized at θ0' },
  linear: { axis: 'linear FT', how: 'fine-tuned in the tangent space' },
} as const;

/**
 * Draws test accuracy of single-task models in f against that of linearized ones, with the diagonal on which neither is
 * better, as in Figs. 2 and 5 of arXiv 2305.12827: a point for each task and seed that both have, the first of each task
 * with its name; published ones as open diamonds.
 *
 * @param summary at least one task has both
 * @param published numbers of others for this pair of methods; null for none
 */
export function advantageFigure(
  summary: BenchmarkSummary,
  against: AdvantageSummary['against'],
  published: Pick<PublishedComparison, 'model' | 'suite' | 'isSame' | 'singleTask'> | null,
): FigureDocument {
  const points = advantagePoints(summary, against);
  const others = (published?.singleTask ?? []).map(({ task, nonLinear, linear }) => ({
    task,
    nonLinear: 100 * nonLinear,
    linear: 100 * linear,
  }));
  const all = [...points, ...others].flatMap(({ nonLinear, linear }) => [nonLinear, linear]);
  const least = Math.max(0, Math.floor(Math.min(...all) / 10) * 10 - 5);
  const range: [number, number] = [least, 101];
  const { axis, how } = names[against];
  const marks: Mark[] = [
    { kind: 'rule', from: [range[0], range[0]], to: [range[1], range[1]] },
    ...(published === null || others.length === 0
      ? []
      : [
          cloud(others, { name: `published, ${published.model}`, series: 1, shape: 'diamond', isOpen: true }),
        ]),
    cloud(points, { name: 'ours', series: 0, shape: 'circle', isOpen: false }, firstNames(points)),
  ];
  return {
    id: `non-linear-advantage-${against}`,
    title: `Non-linear advantage over ${axis}`,
    caption: [
      `Test accuracy of single-task models of ${summary.model}: fine-tuned in f (upwards) against ${how} (to the right). ` +
        `Each filled point is a task${hasSeeds(summary) ? ' and a seed' : ''}; above the dotted diagonal the non-linear ` +
        'model is better.',
      describeAverage(summary, against),
      published === null ? '' : describePublished(published),
    ]
      .filter(Boolean)
      .join(' '),
    body: {
      kind: 'plots',
      columns: 1,
      panels: [
        {
          title: '',
          x: { scale: 'linear', title: `accuracy of ${axis} models, %`, range },
          y: { scale: 'linear', title: 'accuracy of non-linear models, %', range },
          isSquare: true,
          marks,
        },
      ],
      colorScale: null,
    },
  };
}

/** Pairs test accuracies of single-task models: one point for each task and each seed that both have. */
function advantagePoints(
  { tasks, methods }: BenchmarkSummary,
  against: AdvantageSummary['against'],
): AdvantagePoint[] {
  const of = (wanted: string) => methods.find(({ method }) => method === wanted)?.singleTask.tasks;
  const [nonLinear, linear] = [of('standard'), of(against)];
  const at = (spread: SeedSpread | null | undefined, seed: number): number | undefined =>
    spread?.values[spread.seeds.indexOf(seed)];
  return tasks.flatMap((task, t) =>
    (nonLinear?.[t]?.seeds ?? []).flatMap((seed) => {
      const [a, b] = [at(nonLinear?.[t], seed), at(linear?.[t], seed)];
      return a === undefined || b === undefined ? [] : [{ task, nonLinear: 100 * a, linear: 100 * b }];
    }),
  );
}

/** Each task's name at its first point. */
function firstNames(points: readonly AdvantagePoint[]): string[] {
  return points.map(({ task }, place) =>
    points.findIndex((other) => other.task === task) === place ? task : '',
  );
}

type Points = Extract<Mark, { kind: 'points' }>;

function cloud(
  points: readonly AdvantagePoint[],
  look: Pick<Points, 'name' | 'series' | 'shape' | 'isOpen'>,
  labels: string[] = points.map(() => ''),
): Points {
  return {
    kind: 'points',
    ...look,
    x: points.map(({ linear }) => linear),
    y: points.map(({ nonLinear }) => nonLinear),
    labels,
  };
}

function hasSeeds({ methods }: BenchmarkSummary): boolean {
  return methods.some(({ seeds }) => seeds.length > 1);
}

function describeAverage({ advantages }: BenchmarkSummary, against: AdvantageSummary['against']): string {
  const average = advantages.find((advantage) => advantage.against === against)?.normalized.average;
  if (average === null || average === undefined) return '';
  const { mean, deviation, count } = average;
  const spread =
    deviation === null ? '' : ` ± ${deviation.toFixed(3)} (sample standard deviation over ${count} seeds)`;
  return (
    'The advantage (acc_nl − acc_lin) / (1 − 1/C) with C classes, averaged over tasks, is ' +
    `${writeNumber(mean, 3)}${spread}; 0 is no gap, 1 a perfect model against chance.`
  );
}

function describePublished({
  model,
  suite,
  isSame,
  singleTask,
}: NonNullable<Parameters<typeof advantageFigure>[2]>): string {
  if (singleTask.length === 0) return '';
  const sources = listNames([...new Set(singleTask.map(({ source }) => source))]);
  const unconfirmed = singleTask.some(({ confirmed }) => !confirmed)
    ? ' Some of them are not confirmed.'
    : '';
  const other = isSame ? '' : ': another model and other tasks, for the picture only';
  return `Open diamonds are ${model} on ${suite}, published by ${sources}${other}.${unconfirmed}`;
}
