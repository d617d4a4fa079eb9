import type { FigureDocument } from '#contract/figure';
import type { NegationResult } from '#contract/results';
import { methodStyle } from './method-style';
import { sweepPanels } from './sweep-panels';

/** Draws the validation sweeps of a negation: a panel for each task, accuracy on it and on the control against α. */
export function negationSweepFigure({
  mode,
  tasks,
  controlThreshold,
  pretrainedControl,
}: NegationResult): FigureDocument {
  const control = pretrainedControl.val.task;
  const percent = (100 * controlThreshold).toFixed(0);
  return {
    id: `negation-sweep-${mode}`,
    title: `Validation accuracy after negating each task (${methodStyle(mode).name})`,
    caption:
      `Validation accuracy on the negated task, which is named above each panel, and on the control task ${control} ` +
      `(${methodStyle(mode).name}), against the scaling coefficient α. The vertical dotted line is at the α that was chosen: ` +
      'the smallest with the lowest accuracy on the negated task among those that keep the control above the horizontal ' +
      `dotted line, ${percent} % of its accuracy with the pre-trained model.`,
    body: {
      kind: 'plots',
      columns: Math.min(4, tasks.length),
      panels: sweepPanels(
        tasks.map(({ task, sweep, chosenScalingCoef }) => ({
          title: task,
          axis: 'validation accuracy, %',
          scalingCoefs: sweep.map(({ scalingCoef }) => scalingCoef),
          lines: [
            {
              name: 'negated task',
              values: sweep.map(({ val }) => val.target.top1),
              style: { series: methodStyle(mode).series, dash: 0 },
            },
            {
              name: `control task ${control}`,
              values: sweep.map(({ val }) => val.control.top1),
              style: { series: 3, dash: 1 },
            },
          ],
          chosen: chosenScalingCoef,
          threshold: controlThreshold * pretrainedControl.val.top1,
        })),
      ),
      colorScale: null,
    },
  };
}
