import type { DisentanglementResult } from '#contract/disentanglement';
import type { Panel } from '#contract/figure';

/**
 * Draws ξ(α, α) of every pair of tasks as a matrix with its numbers, the first task above and on the left; nothing on
 * its diagonal.
 *
 * @param result of shape `pairs`
 * @param title above it; empty for none
 */
export function pairsPanel({ tasks, cells }: DisentanglementResult, title: string): Panel {
  const places = tasks.map((_, place) => place);
  const upwards = [...places].reverse();
  const between = (a: number, b: number) =>
    a === b ? null : (cells.find(({ tasks: pair }) => pair.includes(a) && pair.includes(b))?.error ?? null);
  const nameOf = (place: number) => tasks[place].task;
  return {
    title,
    x: { scale: 'category', title: '', categories: places.map(nameOf) },
    y: { scale: 'category', title: '', categories: upwards.map(nameOf) },
    isSquare: true,
    marks: [
      {
        kind: 'cells',
        x: places,
        y: places,
        values: upwards.flatMap((row) => places.map((column) => between(row, column))),
        hasNumbers: true,
      },
    ],
  };
}
