import type { MergeResult } from '#contract/results';
import type { RunSpecOf } from '#contract/specs/index';
import { scalingCoefGrid } from '#numerics/editing/coefficient-search';
import { mergeTaskVectors } from '#numerics/editing/merge/merge-task-vectors';
import type { RunContext } from '../run-context';
import { countEvaluations, searchAddition } from './addition-search';
import { openMeasurement } from './edit-measurement';
import { loadEdit } from './load-edit';
import { outputEdit } from './output-edit';

/** Merges task vectors by a rule and measures the result by the protocol of task addition, in any mode. */
export async function editMerge(spec: RunSpecOf<'edit-merge'>, context: RunContext): Promise<void> {
  const { params, seed } = spec;
  const { rule, mode } = params;
  const inputs = await loadEdit(spec, context);
  const { model, tasks, vectors } = inputs;
  const tensors = mergeTaskVectors(
    vectors.map((vector) => vector.tensors),
    rule,
    seed,
  );
  if (![...tensors.values()].some(({ data }) => data.some((value) => value !== 0))) {
    context.warn('the merged vector is zero: the rule keeps nothing of these task vectors');
  }
  const label = `${rule.name}(${vectors.map((vector) => vector.label).join(', ')})`;
  const [{ kind }] = vectors;
  const request = {
    mode,
    taskCount: tasks.length,
    // The merged vector is measured beside those of the tasks, whose single-task models normalise.
    direction: [vectors.length],
    grid: scalingCoefGrid(params.gridPoints).map((alpha) => alpha * params.largestScalingCoef),
  };
  const merged = { kind, model: spec.inputs.model, label, tensors };
  const measure = await openMeasurement(
    params,
    { ...inputs, vectors: [...vectors, merged] },
    countEvaluations(request),
    context,
  );
  const found = await searchAddition(request, measure, context);
  const result: MergeResult = { format: 'tangent-merge/1', ...found, rule, vectorKind: kind };
  await context.outputJson(result, { kind: 'merge', role: 'merge', label: `${label} (${mode})` });
  const alpha = result.chosenScalingCoef;
  await outputEdit(
    { model, modelId: spec.inputs.model, mode, kind, label },
    [{ scalingCoef: alpha, tensors }],
    alpha,
    context,
  );
}
