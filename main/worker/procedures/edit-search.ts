import type { AdditionSearch, EditSearchResult, NegationSearch, Stretch } from '#contract/edit-search';
import { AppError } from '#contract/errors';
import type { RunSpecOf } from '#contract/specs/index';
import { mean, summarizeAccuracies } from '#numerics/editing/accuracies';
import {
  bestIndex,
  bestNegationIndex,
  keepsControl,
  scalingCoefGrid,
} from '#numerics/editing/coefficient-search';
import { crossEntropy } from '#numerics/editing/cross-entropy';
import { minimize } from '#numerics/editing/minimize';
import { bestStretch, sweepRay, type BestStretch } from '#numerics/editing/ray-sweep';
import type { RunContext } from '../run-context';
import { withoutNormalizer } from './edit-errors';
import { loadSearchInputs, type SearchInputs } from './load-search';

type Spec = RunSpecOf<'edit-search'>;

/** A gradient component of the cross-entropy below this counts as none. */
const TOLERANCE = 1e-6;
const MOST_ITERATIONS = 200;

/** Looks for coefficients in the tangent space, from stored responses alone. */
export async function editSearch(spec: Spec, context: RunContext): Promise<void> {
  const inputs = await loadSearchInputs(spec, context);
  const result: EditSearchResult =
    spec.params.operation === 'add'
      ? await searchAddition(spec, inputs, context)
      : await searchNegations(spec, inputs, context);
  const names = inputs.tasks.map(({ name }) => name).join(', ');
  await context.outputJson(result, {
    kind: 'edit-search',
    role: 'search',
    label: `coefficients to ${spec.params.operation} ${names}`,
  });
}

/** One α for all tasks, on the grid and exactly, and one for each task. */
async function searchAddition(
  { params }: Spec,
  { tasks, vectorCount }: SearchInputs,
  context: RunContext,
): Promise<AdditionSearch> {
  const alone = (own: number, alpha: number) =>
    Array.from({ length: vectorCount }, (_, t) => (t === own ? alpha : 0));
  // Only vectors of the tasks are added, whatever else there are responses to.
  const direction = Array.from({ length: vectorCount }, (_, t) =>
    tasks.some(({ vector }) => vector === t) ? 1 : 0,
  );
  const along = (alpha: number) => direction.map((u) => u * alpha);
  const single = {
    val: tasks.map((task) => task.accuracy('val', alone(task.vector, 1))),
    test: tasks.map((task) => task.accuracy('test', alone(task.vector, 1))),
  };
  const measure = (coefs: readonly number[]) => ({
    val: summarizeAccuracies(
      tasks.map((task) => task.accuracy('val', coefs)),
      single.val,
    ),
    test: summarizeAccuracies(
      tasks.map((task) => task.accuracy('test', coefs)),
      single.test,
    ),
  });
  if (single.val.some(({ correct }) => correct === 0)) throw withoutNormalizer(single.val);

  const grid = scalingCoefGrid(params.gridPoints);
  const scores: (number | null)[] = [];
  for (const alpha of grid) {
    const val = tasks.map((task) => task.accuracy('val', along(alpha)));
    scores.push(summarizeAccuracies(val, single.val).averageNormalizedTop1);
    await context.breathe();
  }
  const onGrid = grid[bestIndex(scores)];

  const sweep = sweepRay(
    tasks.map((task) => task.val),
    direction,
    { from: 0, to: params.largestScalingCoef },
  );
  const ratio = (correct: readonly number[]) =>
    mean(correct.map((count, t) => count / single.val[t].count / single.val[t].top1));
  const exact = bestStretch(sweep, ratio)!;
  warnAtEnd(exact, params.largestScalingCoef, 'the sum', context);
  await context.breathe();

  const vectors = direction.flatMap((u, t) => (u === 0 ? [] : [t]));
  const spread = (coefs: ArrayLike<number>) => {
    const all = new Float64Array(vectorCount);
    vectors.forEach((t, i) => (all[t] = coefs[i]));
    return all;
  };
  const splits = tasks.map((task) => task.val);
  const loss = (coefs: ArrayLike<number>) => {
    const { value, gradient } = crossEntropy(splits, spread(coefs));
    return { value, gradient: Float64Array.from(vectors, (t) => gradient[t]) };
  };
  const start = new Array<number>(vectors.length).fill(onGrid);
  const minimum = minimize(loss, start, { tolerance: TOLERANCE, mostIterations: MOST_ITERATIONS });
  if (!minimum.isConverged) {
    context.warn(
      `the search for one α per task ended after ${minimum.iterations} iterations with a residual of ${minimum.residual.toExponential(1)}`,
    );
  }
  const byTask = spread(minimum.point);
  return {
    format: 'tangent-addition-search/1',
    pretrained: measure(along(0)),
    singleTask: {
      val: summarizeAccuracies(single.val, single.val),
      test: summarizeAccuracies(single.test, single.test),
    },
    grid: { scalingCoef: onGrid, ...measure(along(onGrid)) },
    exact: { stretch: stretchOf(exact), ...measure(along(exact.scalingCoef)) },
    perTask: {
      scalingCoefs: tasks.map(({ vector }) => byTask[vector]),
      crossEntropy: { pretrained: loss(vectors.map(() => 0)).value, minimum: minimum.value },
      residual: minimum.residual,
      isConverged: minimum.isConverged,
      ...measure(Array.from(byTask)),
    },
  };
}

/** θ0 − α τ_t for each task on its own, on the grid and exactly, while the control keeps its accuracy. */
async function searchNegations(
  { params }: Spec,
  { tasks, control, vectorCount }: SearchInputs,
  context: RunContext,
): Promise<NegationSearch> {
  const keeper = control!;
  const nothing = new Array<number>(vectorCount).fill(0);
  const pretrainedControl = {
    val: keeper.accuracy('val', nothing),
    test: keeper.accuracy('test', nothing),
  };
  const requirement = {
    threshold: params.controlThreshold,
    pretrainedCorrect: pretrainedControl.val.correct,
  };
  const grid = scalingCoefGrid(params.gridPoints);
  const found: NegationSearch['tasks'] = [];
  for (const task of tasks) {
    const back = (alpha: number) => nothing.map((_, t) => (t === task.vector && alpha !== 0 ? -alpha : 0));
    const measure = (split: 'val' | 'test', alpha: number) => ({
      target: task.accuracy(split, back(alpha)),
      control: keeper.accuracy(split, back(alpha)),
    });
    const sweep = grid.map((alpha) => measure('val', alpha));
    const onGrid = bestNegationIndex(sweep, requirement);
    const exact = bestStretch(
      sweepRay([task.val, keeper.val], back(1), { from: 0, to: params.largestScalingCoef }),
      ([target, kept]) => (keepsControl(kept, requirement) ? -target : null),
    );
    if (exact === null) throw nothingKept(keeper.name);
    warnAtEnd(exact, params.largestScalingCoef, task.name, context);
    const both = (alpha: number) => ({ val: measure('val', alpha), test: measure('test', alpha) });
    found.push({
      task: task.name,
      pretrained: { val: task.accuracy('val', nothing), test: task.accuracy('test', nothing) },
      grid: { scalingCoef: grid[onGrid], ...both(grid[onGrid]) },
      exact: { stretch: stretchOf(exact), ...both(exact.scalingCoef) },
    });
    await context.breathe();
  }
  return {
    format: 'tangent-negation-search/1',
    controlThreshold: params.controlThreshold,
    pretrainedControl,
    tasks: found,
  };
}

function stretchOf({ from, to, scalingCoef }: BestStretch): Stretch {
  return { from, to, scalingCoef };
}

function warnAtEnd({ to }: BestStretch, end: number, what: string, context: RunContext): void {
  if (to === end) context.warn(`${what}: the best α reaches the end of the range at ${end}`);
}

/** α = 0 itself keeps the control, but it may be a single point. */
function nothingKept(control: string): AppError {
  return new AppError(
    'invalid_input',
    `No α above 0 keeps ${control} above its threshold. Lower the threshold.`,
    { control },
  );
}
