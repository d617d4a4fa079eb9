import type { DisentanglementCell, DisentanglementResult } from '#contract/disentanglement';
import { mean } from '#report/spread';
import { formatTable, type Output } from './output';

/** Prints ξ: a map as a grid of numbers, a diagonal as a curve with its band, pairs as a matrix. */
export function printDisentanglement(result: DisentanglementResult, output: Output): void {
  output.value(result);
  const { shape, tasks, cells, mode } = result;
  const names = tasks.map(({ task }) => task);
  const images = tasks.map(({ task, count }) => `${count} of ${task}`).join(', ');
  output.line();
  output.line(
    `Disentanglement error ξ (${mode}), a sum of rates over tasks; images: ${images} (${result.split})`,
  );
  output.line();
  if (shape.shape === 'map') {
    output.line(formatMap(cells, shape.points, names));
    output.line();
    output.line(describeBox(cells));
  } else if (shape.shape === 'diagonal') {
    output.line(formatTable([['α', 'ξ', '95 % interval'], ...cells.map(curveRow)]));
  } else {
    output.line(formatMatrix(cells, names));
  }
}

/** α1 to the right, α2 upwards, as in the paper's figure. */
function formatMap(cells: readonly DisentanglementCell[], points: number, names: readonly string[]): string {
  const at = (first: number, second: number) => cells[first * points + second];
  const alphas = Array.from({ length: points }, (_, i) => at(i, 0).scalingCoefs[0]);
  const rows = alphas.map((alpha, second) => [
    alpha.toFixed(1),
    ...alphas.map((_, first) => at(first, second).error.toFixed(2)),
  ]);
  return formatTable([
    ...rows.reverse(),
    [`α of ${names[1]} ↑, of ${names[0]} →`, ...alphas.map((alpha) => alpha.toFixed(1))],
  ]);
}

/** The mean in the box in which α is looked for. */
function describeBox(cells: readonly DisentanglementCell[]): string {
  const inside = cells.filter(({ scalingCoefs }) => scalingCoefs.every((alpha) => Math.abs(alpha) <= 1));
  const meanOf = (some: readonly DisentanglementCell[]) => mean(some.map(({ error }) => error)).toFixed(3);
  const box = inside.length === 0 ? '' : `Mean ξ for α in [−1, 1]²: ${meanOf(inside)}. `;
  return `${box}Over the whole map: ${meanOf(cells)}.`;
}

function curveRow({ scalingCoefs, error, band }: DisentanglementCell): string[] {
  return [scalingCoefs[0].toFixed(2), error.toFixed(3), band.map((bound) => bound.toFixed(3)).join(' to ')];
}

function formatMatrix(cells: readonly DisentanglementCell[], names: readonly string[]): string {
  const between = (a: number, b: number) =>
    cells.find(({ tasks }) => tasks.includes(a) && tasks.includes(b) && a !== b)?.error.toFixed(3) ?? '';
  return formatTable([
    ['', ...names],
    ...names.map((name, a) => [name, ...names.map((_, b) => between(a, b))]),
  ]);
}
