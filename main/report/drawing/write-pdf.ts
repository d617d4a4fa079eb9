import type { FigureDocument } from '#contract/figure';
import type { FigureStyle, FigureWidth } from '#contract/figure-style';

/**
 * Draws a figure as PDF on a page of its own size, with its fonts embedded.
 *
 * @param figure what is to be seen
 * @param style how figures look
 * @param width which width of the style
 */
export function writePdf(
  figure: FigureDocument,
  style: FigureStyle,
  width: FigureWidth,
): Promise<Uint8Array> {
  throw new Error(`Not made yet: ${figure.id} ${style.preset} ${width}.`);
}
