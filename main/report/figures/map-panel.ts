import type { DisentanglementResult } from '#contract/disentanglement';
import type { Mark, Panel } from '#contract/figure';

/** The box in which the paper looks for α. */
const box = { from: -1, to: 1 };

/**
 * Draws ξ(α1, α2): α1 to the right, α2 upwards, with the box in which α is looked for where it lies within.
 *
 * @param result of shape `map`; its cells are row by row, α1 constant in a row
 * @param title above it; empty for none
 */
export function mapPanel({ tasks, cells }: DisentanglementResult, title: string): Panel {
  const points = Math.round(Math.sqrt(cells.length));
  const centers = Array.from({ length: points }, (_, i) => cells[i].scalingCoefs[1]);
  const half = (centers[points - 1] - centers[0]) / (points - 1) / 2;
  const range: [number, number] = [centers[0] - half, centers[points - 1] + half];
  const { from, to } = box;
  const frame: Mark[] =
    range[0] <= from && range[1] >= to ? [{ kind: 'frame', x: [from, to], y: [from, to] }] : [];
  const axis = (task: number) => ({
    scale: 'linear' as const,
    title: `α of ${tasks[task].task}`,
    range,
  });
  return {
    title,
    x: axis(0),
    y: axis(1),
    isSquare: true,
    marks: [
      {
        kind: 'cells',
        x: centers,
        y: centers,
        // Row by row from the first α2.
        values: centers.flatMap((_, second) =>
          centers.map((__, first) => cells[first * points + second].error),
        ),
        hasNumbers: false,
      },
      ...frame,
    ],
  };
}
