import { AppError } from '#contract/errors';
import type { Accuracy, AdditionResult, TaskAccuracies } from '#contract/results';
import type { SplitName } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import { summarizeAccuracies } from '#numerics/editing/accuracies';
import { bestIndex, scalingCoefGrid } from '#numerics/editing/coefficient-search';
import { addTasks, encodeTaskVector, type TaskVector } from '#numerics/editing/task-vector';
import { encodeModel, type StoredModel } from '#numerics/models/model-file';
import type { RunContext } from '../run-context';
import { standardAccuracies, tangentAccuracies, type AccuracySource, type Edit } from './accuracy-source';
import { EvaluationCache } from './evaluation-cache';
import { ImageEvaluator } from './image-evaluator';
import { loadModel, loadTask, loadTaskVector } from './load-inputs';
import { warnAboutKind } from './warn-about-kind';

type Spec = RunSpecOf<'edit-add'>;

/** Adds tasks with one α, chosen on validation data, measured once on test data, in any of the three modes. */
export async function editAdd(spec: Spec, context: RunContext): Promise<void> {
  const { mode, batchSize, gridPoints } = spec.params;
  const model = await loadModel(context, spec.inputs.model);
  const tasks = [];
  const vectors: TaskVector[] = [];
  for (const ids of spec.inputs.tasks) {
    const vector = await loadTaskVector(context, ids.taskVector, spec.inputs.model);
    warnAboutKind(vector, mode, context);
    vectors.push(vector);
    tasks.push({ ...(await loadTask(context, ids, model.architecture.featureSize)), vector: vector.tensors });
  }
  const evaluator = new ImageEvaluator(model, batchSize, context);
  const options = { model, tasks, evaluator, context };
  const source = mode === 'standard' ? standardAccuracies(options) : tangentAccuracies(options);
  const cached = await EvaluationCache.open(context.runDirectory, source);
  const result = await search(spec, cached, { taskCount: tasks.length, gridPoints }, context);
  await context.outputJson(result, {
    kind: 'addition',
    role: 'addition',
    label: `addition of ${tasks.length} tasks (${mode})`,
  });
  await outputEdit(spec, model, vectors, result.chosenScalingCoef, context);
}

/** The protocol: normalisers, validation sweep, choice, one measurement on test. */
async function search(
  spec: Spec,
  source: AccuracySource,
  { taskCount, gridPoints }: { taskCount: number; gridPoints: number },
  context: RunContext,
): Promise<AdditionResult> {
  const meter = context.meter('measuring edits', {
    total: taskCount * (gridPoints + 4),
    unit: 'evaluations',
  });
  let done = 0;
  const onAllTasks = async (split: SplitName, edit: Edit): Promise<Accuracy[]> => {
    const accuracies = [];
    for (let t = 0; t < taskCount; t++) {
      accuracies.push(await source.accuracy(t, split, edit));
      meter.update(++done);
    }
    return accuracies;
  };
  const single = {
    val: await onAllTasks('val', { own: 1, sum: 0 }),
    test: await onAllTasks('test', { own: 1, sum: 0 }),
  };
  const sweep: { scalingCoef: number; val: TaskAccuracies }[] = [];
  for (const [index, scalingCoef] of scalingCoefGrid(gridPoints).entries()) {
    const val = summarizeAccuracies(await onAllTasks('val', { own: 0, sum: scalingCoef }), single.val);
    sweep.push({ scalingCoef, val });
    context.metric('valTop1', index, val.averageTop1);
    if (val.averageNormalizedTop1 !== null)
      context.metric('valNormalizedTop1', index, val.averageNormalizedTop1);
  }
  const best = bestIndex(sweep.map(({ val }) => val.averageNormalizedTop1));
  if (best < 0) {
    throw new AppError(
      'invalid_input',
      'No α can be chosen: a single-task model classifies no validation image rightly, so accuracies cannot be normalised.',
    );
  }
  const chosenScalingCoef = sweep[best].scalingCoef;
  if (best === sweep.length - 1) context.warn('the chosen α is at the upper end of the grid');
  const summarize = (accuracies: Accuracy[]) => summarizeAccuracies(accuracies, single.test);
  return {
    format: 'tangent-addition/1',
    mode: spec.params.mode,
    pretrained: summarize(await onAllTasks('test', { own: 0, sum: 0 })),
    singleTask: { val: summarizeAccuracies(single.val, single.val), test: summarize(single.test) },
    sweep,
    chosenScalingCoef,
    test: summarize(await onAllTasks('test', { own: 0, sum: chosenScalingCoef })),
  };
}

/** Stores the edit: α Σ τ_t, and for the network itself the model at θ0 + α Σ τ_t. */
async function outputEdit(
  spec: Spec,
  model: StoredModel,
  vectors: readonly TaskVector[],
  alpha: number,
  context: RunContext,
): Promise<void> {
  const { mode } = spec.params;
  const terms = vectors.map(({ tensors }) => ({ scalingCoef: alpha, tensors }));
  const zero = new Map(
    [...model.params].map(([name, { shape, data }]) => [
      name,
      { shape, data: new Float32Array(data.length) },
    ]),
  );
  const label = vectors.map((vector) => vector.label).join(' + ');
  const vector: TaskVector = {
    kind: vectors[0].kind,
    model: spec.inputs.model,
    label,
    tensors: addTasks(zero, terms),
  };
  await context.output(encodeTaskVector(vector), {
    kind: 'task-vector',
    role: 'taskVector',
    label: `${label}, α = ${alpha.toFixed(2)} (${mode})`,
  });
  if (mode !== 'standard') return;
  const name = `${model.name} + ${alpha.toFixed(2)} (${label})`;
  await context.output(encodeModel({ ...model, name, params: addTasks(model.params, terms) }), {
    kind: 'model',
    role: 'model',
    label: name,
  });
}
