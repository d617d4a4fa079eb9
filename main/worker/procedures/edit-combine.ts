import type { Accuracy, CombinationResult } from '#contract/results';
import type { RunSpecOf } from '#contract/specs/index';
import { mean } from '#numerics/editing/accuracies';
import { bestIndex, scalingCoefGrid } from '#numerics/editing/coefficient-search';
import { sumTaskVectors } from '#numerics/editing/task-vector';
import type { RunContext } from '../run-context';
import { scaleVectors } from './edit';
import { openMeasurement } from './edit-measurement';
import { assertMeasurable, loadVectors } from './load-edit';
import { loadModel, loadTask, type Task } from './load-inputs';
import { outputEdit } from './output-edit';

/** Measures θ0 + α Σ_t c_t τ_t on any tasks, with α chosen on their validation splits, or α = 1. */
export async function editCombine(spec: RunSpecOf<'edit-combine'>, context: RunContext): Promise<void> {
  const { params, inputs } = spec;
  const { mode, scalingCoefs, gridPoints } = params;
  const model = await loadModel(context, inputs.model);
  const vectors = await loadVectors(inputs.taskVectors, { model: inputs.model, mode }, context);
  const [{ kind }] = vectors;
  const tasks: Task[] = [];
  for (const ids of inputs.tasks) tasks.push(await loadTask(context, ids, model));
  // With α = 1 nothing is chosen.
  for (const task of tasks) assertMeasurable(task, gridPoints === null ? ['test'] : ['val', 'test']);

  const tensors = sumTaskVectors(
    vectors.map((vector, t) => ({ scalingCoef: scalingCoefs[t], tensors: vector.tensors })),
  );
  const label = vectors.map((vector, t) => `${scalingCoefs[t]}·${vector.label}`).join(' + ');
  const combined = { kind, model: inputs.model, label, tensors };
  const grid = gridPoints === null ? [] : scalingCoefGrid(gridPoints);
  const measure = await openMeasurement(
    params,
    { model, tasks, vectors: [combined] },
    tasks.length * (grid.length + 2),
    context,
  );
  /** By α, then by task. */
  const measureAll = async (split: 'val' | 'test', alphas: readonly number[]) => {
    const edits = alphas.map((alpha) => scaleVectors([0], alpha));
    const byTask: Accuracy[][] = [];
    for (const t of tasks.keys()) byTask.push(await measure(t, split, edits));
    return alphas.map((_, i) => byTask.map((accuracies) => accuracies[i]));
  };

  const swept = grid.length === 0 ? [] : await measureAll('val', grid);
  const sweep = grid.map((scalingCoef, i) => ({ scalingCoef, val: swept[i] }));
  sweep.forEach(({ val }, i) => context.metric('valTop1', i, mean(val.map(({ top1 }) => top1))));
  const best = bestIndex(sweep.map(({ val }) => mean(val.map(({ top1 }) => top1))));
  if (best >= 0 && best === sweep.length - 1) context.warn('the chosen α is at the upper end of the grid');
  const chosenScalingCoef = best < 0 ? 1 : sweep[best].scalingCoef;
  const [pretrained, test] = await measureAll('test', [0, chosenScalingCoef]);
  const result: CombinationResult = {
    format: 'tangent-combination/1',
    mode,
    terms: vectors.map((vector, t) => ({ label: vector.label, scalingCoef: scalingCoefs[t] })),
    sweep,
    chosenScalingCoef,
    pretrained,
    test,
  };
  await context.outputJson(result, { kind: 'combination', role: 'combination', label: `${label} (${mode})` });
  await outputEdit(
    { model, modelId: inputs.model, mode, kind, label },
    [{ scalingCoef: chosenScalingCoef, tensors }],
    chosenScalingCoef,
    context,
  );
}
