import { AppError } from '#contract/errors';
import type { Accuracy, AdditionResult } from '#contract/results';
import type { SplitName } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import { summarizeAccuracies } from '#numerics/editing/accuracies';
import { bestIndex, scalingCoefGrid } from '#numerics/editing/coefficient-search';
import { addTasks, encodeTaskVector, sumTaskVectors, type TaskVector } from '#numerics/editing/task-vector';
import { encodeModel, type StoredModel } from '#numerics/models/model-file';
import type { RunContext } from '../run-context';
import { standardAccuracies, tangentAccuracies, type AccuracySource, type Edit } from './accuracy-source';
import { cacheAccuracies } from './evaluation-cache';
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
    tasks.push({ ...(await loadTask(context, ids, model)), vector: vector.tensors });
  }
  assertOneSum(spec, vectors);
  const evaluator = new ImageEvaluator(model, batchSize, context);
  const options = { model, tasks, evaluator, context };
  const source = mode === 'standard' ? standardAccuracies(options) : tangentAccuracies(options);
  const result = await search(
    spec,
    await cacheAccuracies(source, context),
    { taskCount: tasks.length, gridPoints },
    context,
  );
  await context.outputJson(result, {
    kind: 'addition',
    role: 'addition',
    label: `addition of ${tasks.length} tasks (${mode})`,
  });
  await outputEdit(spec, model, vectors, result.chosenScalingCoef, context);
}

/** A sum of vectors of two kinds, or of one vector with itself, is no task addition. */
function assertOneSum(spec: Spec, vectors: readonly TaskVector[]): void {
  const ids = spec.inputs.tasks.map(({ taskVector }) => taskVector);
  if (new Set(ids).size < ids.length) {
    throw new AppError('invalid_input', 'The same task vector is given twice.', { taskVectors: ids });
  }
  if (new Set(vectors.map(({ kind }) => kind)).size > 1) {
    throw new AppError('invalid_input', 'Task vectors of kind standard and of kind linear cannot be added.', {
      taskVectors: ids,
    });
  }
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
  /** Returns, for each edit, its accuracies on all tasks. */
  const measure = async (split: SplitName, edits: readonly Edit[]): Promise<Accuracy[][]> => {
    const byEdit: Accuracy[][] = edits.map(() => []);
    for (let t = 0; t < taskCount; t++) {
      let edit = 0;
      for await (const accuracy of source(t, split, edits)) {
        byEdit[edit++].push(accuracy);
        meter.update(++done);
      }
    }
    return byEdit;
  };
  const grid = scalingCoefGrid(gridPoints);
  const single: Edit = { own: 1, sum: 0 };

  const [singleVal, ...sweepVal] = await measure('val', [single, ...grid.map((sum) => ({ own: 0, sum }))]);
  const sweep = grid.map((scalingCoef, index) => {
    const val = summarizeAccuracies(sweepVal[index], singleVal);
    context.metric('valTop1', index, val.averageTop1);
    if (val.averageNormalizedTop1 !== null)
      context.metric('valNormalizedTop1', index, val.averageNormalizedTop1);
    return { scalingCoef, val };
  });
  const best = bestIndex(sweep.map(({ val }) => val.averageNormalizedTop1));
  if (best < 0) throw noChoice(singleVal);
  if (best === sweep.length - 1) context.warn('the chosen α is at the upper end of the grid');
  const chosenScalingCoef = sweep[best].scalingCoef;

  const testEdits = [single, { own: 0, sum: 0 }, { own: 0, sum: chosenScalingCoef }];
  const [singleTest, pretrained, added] = await measure('test', testEdits);
  return {
    format: 'tangent-addition/1',
    mode: spec.params.mode,
    pretrained: summarizeAccuracies(pretrained, singleTest),
    singleTask: {
      val: summarizeAccuracies(singleVal, singleVal),
      test: summarizeAccuracies(singleTest, singleTest),
    },
    sweep,
    chosenScalingCoef,
    test: summarizeAccuracies(added, singleTest),
  };
}

function noChoice(singleVal: readonly Accuracy[]): AppError {
  const tasks = singleVal.filter(({ correct }) => correct === 0).map(({ task }) => task);
  return new AppError(
    'invalid_input',
    `No α can be chosen: the single-task model of ${tasks.join(', ')} classifies no validation image rightly, ` +
      'so its accuracies cannot be normalised. Train it longer, or give it more validation images.',
    { tasks },
  );
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
  const label = vectors.map((vector) => vector.label).join(' + ');
  const vector: TaskVector = {
    kind: vectors[0].kind,
    model: spec.inputs.model,
    label,
    tensors: sumTaskVectors(terms),
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
