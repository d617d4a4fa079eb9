import type { Accuracy, AdditionResult } from '#contract/results';
import type { EvaluationMode, SplitName } from '#contract/specs/common';
import { summarizeAccuracies } from '#numerics/editing/accuracies';
import { bestIndex } from '#numerics/editing/coefficient-search';
import type { RunContext } from '../run-context';
import { scaleVectors } from './edit';
import { withoutNormalizer } from './edit-errors';
import type { MeasureEdits } from './edit-measurement';

/** A direction in which a model is edited so that it does several tasks. */
export interface AdditionRequest {
  readonly mode: EvaluationMode;
  /** T; vector t of the measurement is that of task t on its own. */
  readonly taskCount: number;
  /** Places of the vectors whose sum is the direction. */
  readonly direction: readonly number[];
  /** α, ascending. */
  readonly grid: readonly number[];
}

/** How many accuracies a search asks for: for each task the sweep and the single-task model; on test data four models. */
export function countEvaluations({ taskCount, grid }: AdditionRequest): number {
  return taskCount * (grid.length + 5);
}

/** The protocol: normalisers, validation sweep, choice, one measurement on test. */
export async function searchAddition(
  { mode, taskCount, direction, grid }: AdditionRequest,
  measure: MeasureEdits,
  context: RunContext,
): Promise<Omit<AdditionResult, 'format' | 'vectorKind'>> {
  /** Returns the accuracies on all tasks of each task's single-task model, and along the direction at each α. */
  const measureAll = async (split: SplitName, alphas: readonly number[]): Promise<Accuracy[][]> => {
    const byEdit: Accuracy[][] = [[], ...alphas.map(() => [])];
    for (let t = 0; t < taskCount; t++) {
      const edits = [scaleVectors([t], 1), ...alphas.map((alpha) => scaleVectors(direction, alpha))];
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
    mode,
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
