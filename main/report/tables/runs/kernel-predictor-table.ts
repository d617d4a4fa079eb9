import type { KernelPredictorResult } from '#contract/kernel-predictor';
import type { TableDocument } from '#contract/table-document';
import { numberCell } from '#report/table-cells';
import { fillColumns } from '../fill-columns';
import type { RunTableNames } from './run-table-names';

/** Accuracy of kernel predictors beside the model that they predict the fine-tuning of. */
export function kernelPredictorTable(
  { pretrained, linear, predictors, trainCount }: KernelPredictorResult,
  names: RunTableNames,
): TableDocument {
  const { task, count } = pretrained;
  const rows = [
    { head: 'Pre-trained', accuracy: pretrained, seeds: 0 as const },
    ...predictors.map((found) => ({ head: fitName(found.fit), seeds: 1 as const, ...found })),
    ...(linear === null
      ? []
      : [{ head: 'Fine-tuned in the tangent space', accuracy: linear, seeds: 1 as const }]),
  ].map((row) => ({ agreement: null, trainResidual: null, ...row }));
  return fillColumns(
    {
      ...names,
      caption:
        `Predictors that were fitted to ${trainCount} training images of ${task}, on ${count} test images, in percent: ` +
        'accuracy, images on which they predict the same as the fine-tuned model, and what is left of y − f0 on the ' +
        'images fitted.',
      rowHead: 'Model',
      subject: { task },
    },
    rows,
    [
      {
        head: 'accuracy',
        measure: 'absolute',
        cells: rows.map(({ accuracy, seeds }) => numberCell(accuracy.top1, 'percent', seeds)),
      },
      {
        head: 'agrees',
        cells: rows.map(({ agreement }) =>
          numberCell(agreement === null ? null : agreement / count, 'percent'),
        ),
      },
      {
        head: 'left of y − f0',
        cells: rows.map(({ trainResidual }) => numberCell(trainResidual, 'percent')),
      },
    ],
  );
}

/** How far a predictor is fitted, in words. */
export function fitName(fit: KernelPredictorResult['predictors'][number]['fit']): string {
  return fit.by === 'ridge'
    ? `Kernel predictor, ridge ${fit.ridge}`
    : `Kernel predictor, flow to time ${fit.time}`;
}
