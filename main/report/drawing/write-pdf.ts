import PDFDocument from 'pdfkit';
import type { FigureDocument } from '#contract/figure';
import type { FigureStyle, FigureWidth } from '#contract/figure-style';
import { collectPdf } from './collect-pdf';
import { drawScene } from './draw-scene';
import { embedImages } from './embed-images';
import { layoutFigure } from './layout-figure';

/**
 * Draws a figure as PDF on a page of its own size, with its fonts embedded; the same figure makes the same bytes.
 *
 * @param figure what is to be seen
 * @param style how figures look
 * @param column which width of the style
 */
export async function writePdf(
  figure: FigureDocument,
  style: FigureStyle,
  column: FigureWidth,
): Promise<Uint8Array> {
  const scene = layoutFigure(figure, style, column);
  const epoch = new Date(0);
  const document = new PDFDocument({
    size: [scene.width, scene.height],
    margin: 0,
    lang: 'en',
    info: { Title: figure.title, Subject: figure.caption, CreationDate: epoch, ModDate: epoch },
  });
  drawScene(document, scene, await embedImages(document, [scene]));
  return collectPdf(document);
}
