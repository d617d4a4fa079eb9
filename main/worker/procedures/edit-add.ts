import type { AdditionResult } from '#contract/results';
import type { RunSpecOf } from '#contract/specs/index';
import { scalingCoefGrid } from '#numerics/editing/coefficient-search';
import type { RunContext } from '../run-context';
import { countEvaluations, searchAddition } from './addition-search';
import { openMeasurement } from './edit-measurement';
import { loadEdit } from './load-edit';
import { outputEdit } from './output-edit';

type Spec = RunSpecOf<'edit-add'>;

/** Adds tasks with one α, chosen on validation data, measured once on test data, in any of the three modes. */
export async function editAdd(spec: Spec, context: RunContext): Promise<void> {
  const { params } = spec;
  const inputs = await loadEdit(spec, context);
  const { model, vectors } = inputs;
  const request = {
    mode: params.mode,
    taskCount: vectors.length,
    direction: vectors.map((_, t) => t),
    grid: scalingCoefGrid(params.gridPoints),
  };
  const measure = await openMeasurement(params, inputs, countEvaluations(request), context);
  const found = await searchAddition(request, measure, context);
  const result: AdditionResult = { format: 'tangent-addition/1', ...found, vectorKind: vectors[0].kind };
  await context.outputJson(result, {
    kind: 'addition',
    role: 'addition',
    label: `addition of ${vectors.length} tasks (${params.mode})`,
  });
  const { chosenScalingCoef } = result;
  const terms = vectors.map(({ tensors }) => ({ scalingCoef: chosenScalingCoef, tensors }));
  const label = vectors.map((vector) => vector.label).join(' + ');
  await outputEdit(
    { model, modelId: spec.inputs.model, mode: params.mode, kind: vectors[0].kind, label },
    terms,
    chosenScalingCoef,
    context,
  );
}
