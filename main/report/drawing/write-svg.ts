import type { FigureDocument } from '#contract/figure';
import type { FigureStyle, FigureWidth } from '#contract/figure-style';

/**
 * Draws a figure as SVG: shapes and text, and images only where the figure is of images.
 *
 * @param figure what is to be seen
 * @param style how figures look
 * @param width which width of the style
 */
export function writeSvg(figure: FigureDocument, style: FigureStyle, width: FigureWidth): string {
  throw new Error(`Not made yet: ${figure.id} ${style.preset} ${width}.`);
}
