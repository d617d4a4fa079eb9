import type { FigureDocument } from '#contract/figure';
import { journalFormats, type FigureStyle, type FigureWidth } from '#contract/figure-style';
import { layoutImages } from './layout-images';
import { layoutPlots } from './layout-plots';
import { chooseLetters } from './letters';
import type { Scene } from './scene';

/**
 * Gives everything in a figure its place.
 *
 * @param figure what is to be seen
 * @param style how figures look
 * @param column which width of the style
 * @returns as wide as the style says, in points, and as high as it needs
 */
export function layoutFigure(figure: FigureDocument, style: FigureStyle, column: FigureWidth): Scene {
  const { font, fontSize, [column]: width } = journalFormats[style.preset];
  const letters = chooseLetters(font, fontSize);
  const { body } = figure;
  const { shapes, height } =
    body.kind === 'plots'
      ? layoutPlots(body, width, column, letters, style.palette)
      : layoutImages(body, width, column, letters);
  return { width, height, font, shapes };
}
