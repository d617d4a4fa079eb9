import type { DisentanglementCell, DisentanglementResult } from '#contract/disentanglement';
import type { TableDocument } from '#contract/table-document';
import { methodName } from '#report/seed-accuracies';
import { mean } from '#report/spread';
import { numberCell } from '#report/table-cells';
import { fillColumns } from '../fill-columns';
import type { RunTableNames } from './run-table-names';

/** Disentanglement error: of every cell of a diagonal or of pairs, and of a map what it comes to. */
export function disentanglementTable(result: DisentanglementResult, names: RunTableNames): TableDocument {
  return result.shape.shape === 'map' ? mapTable(result, names) : cellTable(result, names);
}

/** Whether α of all tasks is where α is looked for, in [−1, 1]. */
export function isInBox({ scalingCoefs }: DisentanglementCell): boolean {
  return scalingCoefs.every((coef) => Math.abs(coef) <= 1 + 1e-9);
}

function mapTable(result: DisentanglementResult, names: RunTableNames): TableDocument {
  const { tasks, cells } = result;
  const parts = [
    { head: 'α from −1 to 1', cells: cells.filter(isInBox) },
    { head: 'whole map', cells },
  ].filter((part) => part.cells.length > 0);
  const worst = parts.map((part) => part.cells.reduce((a, b) => (b.error > a.error ? b : a)));
  const rateOf = (cell: DisentanglementCell, t: number) => cell.disagreements[t] / tasks[t].count;
  return fillColumns({ ...names, caption: captionOf(result), rowHead: 'Part' }, parts, [
    { head: 'cells', cells: parts.map((part) => numberCell(part.cells.length, 'count', 0)) },
    {
      head: 'mean ξ',
      cells: parts.map((part) => numberCell(mean(part.cells.map(({ error }) => error)), 'plain')),
    },
    ...tasks.map(({ task }, t) => ({
      head: `mean on ${task}, %`,
      cells: parts.map((part) => numberCell(mean(part.cells.map((cell) => rateOf(cell, t))), 'percent')),
    })),
    { head: 'largest ξ', cells: worst.map(({ error }) => numberCell(error, 'plain')) },
    ...tasks.map(({ task }, t) => ({
      head: `there α of ${task}`,
      cells: worst.map(({ scalingCoefs }) => numberCell(scalingCoefs[t], 'coefficient', 0)),
    })),
  ]);
}

function cellTable(result: DisentanglementResult, names: RunTableNames): TableDocument {
  const { shape, tasks, cells } = result;
  const isPairs = shape.shape === 'pairs';
  return fillColumns(
    { ...names, caption: captionOf(result), rowHead: isPairs ? 'Tasks' : 'α' },
    cells.map((cell) => ({
      head: isPairs ? cell.tasks.map((t) => tasks[t].task).join(', ') : cell.scalingCoefs[0].toFixed(2),
    })),
    [
      { head: 'ξ', cells: cells.map(({ error }) => numberCell(error, 'plain')) },
      { head: '95 %, from', group: '95 %', cells: cells.map(({ band }) => numberCell(band[0], 'plain', 0)) },
      { head: '95 %, to', group: '95 %', cells: cells.map(({ band }) => numberCell(band[1], 'plain', 0)) },
      ...tasks.map(({ task, count }, t) => ({
        head: `on ${task}, %`,
        cells: cells.map((cell) => {
          const place = cell.tasks.indexOf(t);
          return numberCell(place < 0 ? null : cell.disagreements[place] / count, 'percent');
        }),
      })),
    ],
  );
}

function captionOf({ mode, split, shape, tasks }: DisentanglementResult): string {
  const images = tasks.map(({ task, count }) => `${count} of ${task}`).join(', ');
  const alpha = shape.shape === 'pairs' ? ` at α = ${shape.scalingCoef.toFixed(2)}` : '';
  return (
    `Disentanglement error ξ of ${methodName(mode)}${alpha} on ${split} images (${images}): the sum over tasks of ` +
    'the share of images on which the model with all vectors predicts otherwise than the one with the task’s own.'
  );
}
