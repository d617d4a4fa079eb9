import type { FigureDocument } from '#contract/figure';
import type { FigureStyle, FigureWidth } from '#contract/figure-style';
import { escapeLatex } from '../escape-latex';
import type { LatexFigure } from './latex-figure';
import { writeImages } from './write-images';
import { writePlots } from './write-plots';

/**
 * Draws a figure for LaTeX with pgfplots: real axes and plots, which can be changed by hand. It begins with comments
 * that say which packages it needs, and give its caption ready to be pasted. The same figure gives the same bytes.
 *
 * @param figure what is to be seen; files of images are named after its id
 * @param style how figures look; the family with serifs is that of the document
 * @param width which width of the style
 */
export function writePgfplots(figure: FigureDocument, style: FigureStyle, width: FigureWidth): LatexFigure {
  const { id, title, caption, body } = figure;
  const isPlots = body.kind === 'plots';
  const { tex, images } = isPlots
    ? { tex: writePlots(body, style, width), images: new Map<string, Uint8Array>() }
    : writeImages(body, id.replace(/[^A-Za-z0-9.-]/g, '-'), style, width);
  const packages = isPlots
    ? ['\\usepackage{pgfplots}', '\\pgfplotsset{compat=1.18}']
    : [
        '\\usepackage{graphicx}',
        'The files of its images lie beside it: name their folder in \\graphicspath.',
      ];
  const comments = [
    'Put into the preamble:',
    ...packages.map((line) => `  ${line}`),
    `\\caption{${escapeLatex(`${title}. ${caption}`)}}`,
  ];
  return { tex: [...comments.map((line) => `% ${line}`), tex, ''].join('\n'), images };
}
