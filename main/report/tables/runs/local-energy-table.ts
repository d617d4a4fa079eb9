import type { NtkResult } from '#contract/ntk';
import type { TableDocument } from '#contract/table-document';
import { numberCell } from '#report/table-cells';
import { fillColumns } from '../fill-columns';
import type { RunTableNames } from './run-table-names';

const scalarNames: Readonly<Record<NtkResult['kernel']['scalar'], string>> = {
  classLogit: 'the class logits',
  logitSum: 'the sum of the logits',
  feature: 'single numbers of the feature',
};

/** Mean local energy of the eigenfunctions of a kernel on the images of each class, of the task and of the control. */
export function localEnergyTable(
  { model, kernel, split, images, spectra, localEnergy }: NtkResult,
  names: RunTableNames,
): TableDocument {
  const ranks = spectra.map(({ rank }) => rank);
  const [least, most] = [Math.min(...ranks), Math.max(...ranks)];
  const rows = [
    ...localEnergy.perClass.map((found) => ({ ...found, head: found.class })),
    { head: `All of ${images.task.task}`, count: images.task.indices.length, mean: localEnergy.task },
    {
      head: `Control ${images.control.task}`,
      count: images.control.indices.length,
      mean: localEnergy.control,
    },
  ];
  return fillColumns(
    {
      ...names,
      caption:
        `Mean local energy over ${split} images, with ${least === most ? most : `${least} to ${most}`} eigenfunctions ` +
        `kept, of the kernels of ${scalarNames[kernel.scalar]} of ${model} at ` +
        `${kernel.point === 'params0' ? 'θ0' : 'θ0 + τ'}, averaged over ${spectra.length} outputs.`,
      rowHead: 'Class',
    },
    rows.map(({ head }) => ({ head })),
    [
      { head: 'images', cells: rows.map(({ count }) => numberCell(count, 'count', 0)) },
      { head: 'local energy', cells: rows.map((row) => numberCell(row.mean, 'plain')) },
    ],
  );
}
