import type { Accuracy } from '#contract/results';
import type { EvaluationMode, SplitName } from '#contract/specs/common';
import type { RunContext } from '../run-context';
import { standardAccuracies, tangentAccuracies } from './accuracy-source';
import type { Edit } from './edit';
import { cacheAccuracies } from './evaluation-cache';
import { ImageEvaluator } from './image-evaluator';
import type { EditInputs } from './load-edit';

/** Measures edits on one split of one task; returns their accuracies in the order of the edits. */
export type MeasureEdits = (task: number, split: SplitName, edits: readonly Edit[]) => Promise<Accuracy[]>;

/**
 * Opens the measurement of a run's edits, of f or of its first-order expansion; what was measured once is
 * remembered in the run's folder.
 *
 * @param inputs the model, where edits are measured, and what they are made of
 * @param total how many accuracies the run will ask for
 */
export async function openMeasurement(
  { mode, batchSize }: { readonly mode: EvaluationMode; readonly batchSize: number },
  inputs: EditInputs,
  total: number,
  context: RunContext,
): Promise<MeasureEdits> {
  const { model, tasks } = inputs;
  const options = {
    model,
    tasks,
    vectors: inputs.vectors.map(({ tensors }) => tensors),
    evaluator: new ImageEvaluator(model, batchSize, context),
    context,
  };
  const source = await cacheAccuracies(
    mode === 'standard' ? standardAccuracies(options) : tangentAccuracies(options),
    context,
  );
  const meter = context.meter('measuring edits', { total, unit: 'evaluations' });
  let done = 0;
  return async (task, split, edits) => {
    const accuracies: Accuracy[] = [];
    for await (const accuracy of source(task, split, edits)) {
      accuracies.push(accuracy);
      meter.update(++done);
    }
    return accuracies;
  };
}
