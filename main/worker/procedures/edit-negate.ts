import type { Accuracy, NegatedAccuracies, NegationResult } from '#contract/results';
import type { RunSpecOf } from '#contract/specs/index';
import { mean } from '#numerics/editing/accuracies';
import {
  bestNegationIndex,
  keepsControl,
  scalingCoefGrid,
  type ControlRequirement,
} from '#numerics/editing/coefficient-search';
import type { RunContext } from '../run-context';
import { pretrainedEdit, scaleVectors, type Edit } from './edit';
import { controlIsTarget } from './edit-errors';
import { openMeasurement, type MeasureEdits } from './edit-measurement';
import { assertMeasurable, loadEdit } from './load-edit';
import { loadTask } from './load-inputs';

type Spec = RunSpecOf<'edit-negate'>;
type SweepPoint = NegationResult['tasks'][number]['sweep'][number];

/** A control that is left with less than this above its threshold is warned of; a fraction of the images. */
const NARROW = 0.01;

/**
 * Negates each task on its own, with an α chosen on validation data under a condition on the control task, and
 * measures it once on test data, in any of the three modes.
 */
export async function editNegate(spec: Spec, context: RunContext): Promise<void> {
  const inputs = await loadEdit(spec, context);
  const control = await loadTask(context, spec.inputs.control, inputs.model);
  assertMeasurable(control);
  if (spec.inputs.tasks.some(({ dataset }) => dataset === control.datasetId)) {
    throw controlIsTarget(control.manifest.name, control.datasetId);
  }
  const grid = scalingCoefGrid(spec.params.gridPoints);
  const { length: count } = inputs.tasks;
  // For each task the sweep on target and control and the single-task model; on test data four models on the
  // target and two on the control. And the pre-trained model on both splits of the control.
  const total = count * (2 * grid.length + 7) + 2;
  const tasks = [...inputs.tasks, control];
  const measure = await openMeasurement(spec.params, { ...inputs, tasks }, total, context);
  const names = distinctNames(inputs.tasks.map(({ manifest }) => manifest.name));
  const found = await search(spec, { grid, names, measure }, context);
  const result: NegationResult = { ...found, vectorKind: inputs.vectors[0].kind };
  await context.outputJson(result, {
    kind: 'negation',
    role: 'negation',
    label: `negation of ${count} tasks (${spec.params.mode})`,
  });
}

/** The protocol: validation sweeps, one choice for each task, one measurement on test. */
async function search(
  spec: Spec,
  { grid, names, measure }: { grid: readonly number[]; names: readonly string[]; measure: MeasureEdits },
  context: RunContext,
): Promise<Omit<NegationResult, 'vectorKind'>> {
  const control = names.length;
  const negate = (task: number, alpha: number): Edit => scaleVectors([task], -alpha);
  /** All tasks share the pass over the control. */
  const measureControl = async (split: 'val' | 'test', alphas: readonly (readonly number[])[]) => {
    const edits = alphas.flatMap((own, t) => own.map((alpha) => negate(t, alpha)));
    const [pretrained, ...rest] = await measure(control, split, [pretrainedEdit, ...edits]);
    return { pretrained, byTask: alphas.map((own) => rest.splice(0, own.length)) };
  };

  const controlVal = await measureControl(
    'val',
    names.map(() => grid),
  );
  const requirement = {
    threshold: spec.params.controlThreshold,
    pretrainedCorrect: controlVal.pretrained.correct,
  };
  const chosen: { singleVal: Accuracy; sweep: SweepPoint[]; scalingCoef: number }[] = [];
  for (const [t, name] of names.entries()) {
    const edits = [scaleVectors([t], 1), ...grid.map((alpha) => negate(t, alpha))];
    const [singleVal, ...targetVal] = await measure(t, 'val', edits);
    const sweep = grid.map((scalingCoef, index): SweepPoint => {
      const val = { target: targetVal[index], control: controlVal.byTask[t][index] };
      context.metric(`valTarget:${name}`, index, val.target.top1);
      context.metric(`valControl:${name}`, index, val.control.top1);
      return { scalingCoef, val };
    });
    chosen.push({ singleVal, sweep, scalingCoef: choose(name, sweep, requirement, context) });
  }

  const targetTest: Accuracy[][] = [];
  for (const [t, { scalingCoef }] of chosen.entries()) {
    const edits = [pretrainedEdit, scaleVectors([t], 1), negate(t, scalingCoef), negate(t, 1)];
    targetTest.push(await measure(t, 'test', edits));
  }
  const controlTest = await measureControl(
    'test',
    chosen.map(({ scalingCoef }) => [scalingCoef, 1]),
  );
  const tasks = chosen.map(({ singleVal, sweep, scalingCoef }, t): NegationResult['tasks'][number] => {
    const [pretrained, singleTest, target, targetAtOne] = targetTest[t];
    const [kept, keptAtOne] = controlTest.byTask[t];
    return {
      task: pretrained.task,
      pretrained,
      singleTask: { val: singleVal, test: singleTest },
      sweep,
      chosenScalingCoef: scalingCoef,
      test: { target, control: kept },
      testAtOne: { target: targetAtOne, control: keptAtOne },
    };
  });
  const average = (side: keyof NegatedAccuracies) => mean(tasks.map(({ test }) => test[side].top1));
  return {
    format: 'tangent-negation/1',
    mode: spec.params.mode,
    controlThreshold: spec.params.controlThreshold,
    pretrainedControl: { val: controlVal.pretrained, test: controlTest.pretrained },
    tasks,
    averageTargetTop1: average('target'),
    averageControlTop1: average('control'),
  };
}

/** Chooses α for one task and warns where the choice says little. */
function choose(
  name: string,
  sweep: readonly SweepPoint[],
  requirement: ControlRequirement,
  context: RunContext,
): number {
  const points = sweep.map(({ val }) => val);
  const best = bestNegationIndex(points, requirement);
  const { control } = points[best];
  if (best === 0) {
    const isHeldBack = points.slice(1).every((point) => !keepsControl(point.control.correct, requirement));
    context.warn(
      `${name}: the chosen α is 0, nothing is forgotten: ` +
        (isHeldBack
          ? `no other α of the grid keeps ${control.task} above its threshold`
          : `no α that keeps ${control.task} lowers the accuracy on ${name}`),
    );
  } else {
    const least = (requirement.threshold * requirement.pretrainedCorrect) / control.count;
    if (control.top1 - least < NARROW) {
      context.warn(
        `${name}: at the chosen α the accuracy on ${control.task} is within one percentage point of its threshold`,
      );
    }
  }
  if (best === sweep.length - 1) context.warn(`${name}: the chosen α is at the upper end of the grid`);
  return sweep[best].scalingCoef;
}

/** Numbers names that come again, so that each names one curve. */
function distinctNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  return names.map((name, t) => {
    if (!names.slice(0, t).includes(name)) return name;
    let number = 2;
    while (taken.has(`${name} (${number})`)) number++;
    taken.add(`${name} (${number})`);
    return `${name} (${number})`;
  });
}
