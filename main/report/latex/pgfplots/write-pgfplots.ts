import type { FigureDocument } from '#contract/figure';
import type { FigureStyle, FigureWidth } from '#contract/figure-style';

/** A figure for LaTeX. */
export interface LatexFigure {
  /** A `tikzpicture`, or a table of images. */
  readonly tex: string;
  /** Files that it includes, by name. */
  readonly images: ReadonlyMap<string, Uint8Array>;
}

/**
 * Draws a figure for LaTeX with pgfplots: real axes and plots, which can be changed by hand.
 *
 * @param figure what is to be seen
 * @param style how figures look
 * @param width which width of the style
 */
export function writePgfplots(figure: FigureDocument, style: FigureStyle, width: FigureWidth): LatexFigure {
  throw new Error(`Not made yet: ${figure.id} ${style.preset} ${width}.`);
}
