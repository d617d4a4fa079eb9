import type { FigureDocument } from '#contract/figure';
import type { AdditionResult, CombinationResult, MergeResult } from '#contract/results';
import { mean } from '../spread';
import { countOf, listNames, writeNumber } from './list-names';
import { methodStyle } from './method-style';
import { sweepPanels, type SweepContent } from './sweep-panels';

const grey = 'Grey: each task; colored: their mean. The dotted line is at the α that was chosen';

/**
 * Draws the validation sweep of an addition or a merge: absolute and normalized accuracy of every task and their means
 * against α.
 */
export function additionSweepFigure(result: AdditionResult | MergeResult): FigureDocument {
  const { mode, sweep, chosenScalingCoef } = result;
  const tasks = sweep[0].val.tasks.map(({ task }) => task);
  const isMerge = result.format === 'tangent-merge/1';
  const content = (which: 'absolute' | 'normalized'): SweepContent => {
    const [one, all] =
      which === 'absolute'
        ? (['top1', 'averageTop1'] as const)
        : (['normalizedTop1', 'averageNormalizedTop1'] as const);
    return {
      title: which,
      axis: 'validation accuracy, %',
      scalingCoefs: sweep.map(({ scalingCoef }) => scalingCoef),
      lines: [
        ...tasks.map((task, t) => ({
          name: t === 0 ? 'each task' : '',
          about: task,
          values: sweep.map(({ val }) => val.tasks[t][one]),
          style: null,
        })),
        { name: 'mean', values: sweep.map(({ val }) => val[all]), style: { ...methodStyle(mode), dash: 0 } },
      ],
      chosen: chosenScalingCoef,
      threshold: null,
    };
  };
  const vectors = isMerge ? `merged by ${result.rule.name}` : 'added';
  return {
    id: isMerge ? `merge-sweep-${result.rule.name.toLowerCase()}` : `addition-sweep-${mode}`,
    title: `Validation accuracy of ${countOf(tasks.length, 'task')} ${vectors}`,
    caption:
      `Validation accuracy with the task vectors of ${listNames(tasks)} ${vectors} (${methodStyle(mode).name}), against ` +
      'the scaling coefficient α: absolute, and normalized by the model with the task’s own vector alone. ' +
      `${grey}, ${chosenScalingCoef.toFixed(2)}: the smallest with the largest mean normalized accuracy.`,
    body: {
      kind: 'plots',
      columns: 2,
      panels: sweepPanels([content('absolute'), content('normalized')]),
      colorScale: null,
    },
  };
}

/**
 * Draws the validation sweep of a combination of task vectors: accuracy of every task and their mean against α.
 *
 * @param result with a sweep
 */
export function combinationSweepFigure({
  mode,
  terms,
  sweep,
  chosenScalingCoef,
}: CombinationResult): FigureDocument {
  const tasks = sweep[0].val.map(({ task }) => task);
  const sum = terms.map(({ label, scalingCoef }) => `${writeNumber(scalingCoef, 2)} × ${label}`);
  return {
    id: `combination-sweep-${mode}`,
    title: `Validation accuracy of a combination on ${listNames(tasks)}`,
    caption:
      `Validation accuracy on ${listNames(tasks)} of the pre-trained parameters with α times this combination of task ` +
      `vectors added: ${listNames(sum)} (${methodStyle(mode).name}). ${grey}, ${chosenScalingCoef.toFixed(2)}: the ` +
      'smallest with the largest mean accuracy.',
    body: {
      kind: 'plots',
      columns: 1,
      panels: sweepPanels([
        {
          title: '',
          axis: 'validation accuracy, %',
          scalingCoefs: sweep.map(({ scalingCoef }) => scalingCoef),
          lines: [
            ...tasks.map((task, t) => ({
              name: t === 0 ? 'each task' : '',
              about: task,
              values: sweep.map(({ val }) => val[t].top1),
              style: null,
            })),
            {
              name: 'mean',
              values: sweep.map(({ val }) => mean(val.map(({ top1 }) => top1))),
              style: { ...methodStyle(mode), dash: 0 },
            },
          ],
          chosen: chosenScalingCoef,
          threshold: null,
        },
      ]),
      colorScale: null,
    },
  };
}
