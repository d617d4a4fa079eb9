import type { FigureDocument } from '#contract/figure';

/**
 * Writes everything that is drawn in a figure as comma-separated values, one point, bar or cell on each line.
 *
 * @param figure what is to be seen
 */
export function writeFigureCsv(figure: FigureDocument): string {
  throw new Error(`Not made yet: ${figure.id}.`);
}
