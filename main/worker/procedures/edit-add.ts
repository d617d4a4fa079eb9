import type { Accuracy, AdditionResult } from '#contract/results';
import type { SplitName } from '#contract/specs/common';
import type { RunSpecOf } from '#contract/specs/index';
import { summarizeAccuracies } from '#numerics/editing/accuracies';
import { bestIndex, scalingCoefGrid } from '#numerics/editing/coefficient-search';
import { addTasks, encodeTaskVector, sumTaskVectors, type TaskVector } from '#numerics/editing/task-vector';
import { encodeModel, type StoredModel } from '#numerics/models/model-file';
import type { RunContext } from '../run-context';
import { scaleVectors } from './edit';
import { openMeasurement, type MeasureEdits } from './edit-measurement';
import { withoutNormalizer } from './edit-errors';
import { loadEdit } from './load-edit';

type Spec = RunSpecOf<'edit-add'>;

/** Adds tasks with one α, chosen on validation data, measured once on test data, in any of the three modes. */
export async function editAdd(spec: Spec, context: RunContext): Promise<void> {
  const { params } = spec;
  const inputs = await loadEdit(spec, context);
  const { model, vectors } = inputs;
  // For each task the sweep and the single-task model; on test data four models.
  const total = vectors.length * (params.gridPoints + 5);
  const measure = await openMeasurement(params, inputs, total, context);
  const found = await search(spec, measure, context);
  const result: AdditionResult = { ...found, vectorKind: vectors[0].kind };
  await context.outputJson(result, {
    kind: 'addition',
    role: 'addition',
    label: `addition of ${vectors.length} tasks (${params.mode})`,
  });
  await outputEdit(spec, model, vectors, result.chosenScalingCoef, context);
}

/** The protocol: normalisers, validation sweep, choice, one measurement on test. */
async function search(
  spec: Spec,
  measure: MeasureEdits,
  context: RunContext,
): Promise<Omit<AdditionResult, 'vectorKind'>> {
  const all = spec.inputs.tasks.map((_, t) => t);
  const grid = scalingCoefGrid(spec.params.gridPoints);
  /** Returns the accuracies on all tasks of each task's single-task model, and of all added with each α. */
  const measureAll = async (split: SplitName, alphas: readonly number[]): Promise<Accuracy[][]> => {
    const byEdit: Accuracy[][] = [[], ...alphas.map(() => [])];
    for (const t of all) {
      const edits = [scaleVectors([t], 1), ...alphas.map((alpha) => scaleVectors(all, alpha))];
      const accuracies = await measure(t, split, edits);
      accuracies.forEach((accuracy, edit) => byEdit[edit].push(accuracy));
    }
    return byEdit;
  };

  const [singleVal, ...sweepVal] = await measureAll('val', grid);
  const sweep = grid.map((scalingCoef, index) => {
    const val = summarizeAccuracies(sweepVal[index], singleVal);
    context.metric('valTop1', index, val.averageTop1);
    if (val.averageNormalizedTop1 !== null)
      context.metric('valNormalizedTop1', index, val.averageNormalizedTop1);
    return { scalingCoef, val };
  });
  const best = bestIndex(sweep.map(({ val }) => val.averageNormalizedTop1));
  if (best < 0) throw withoutNormalizer(singleVal);
  if (best === sweep.length - 1) context.warn('the chosen α is at the upper end of the grid');
  const chosenScalingCoef = sweep[best].scalingCoef;

  const [singleTest, pretrained, added, addedAtOne] = await measureAll('test', [0, chosenScalingCoef, 1]);
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
    testAtOne: summarizeAccuracies(addedAtOne, singleTest),
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
