import type { EmbeddedImages } from './embed-images';
import { fontFile, measureText } from './fonts';
import type { Paint, Scene, Shape } from './scene';

/**
 * Draws a figure into a PDF: shapes and text with embedded fonts, and images only where the figure is of images.
 *
 * @param document the PDF; what was set in it is as before afterwards, but for the font
 * @param scene the figure, laid out
 * @param images of the figure, embedded before
 */
export function drawScene(document: PDFKit.PDFDocument, scene: Scene, images: EmbeddedImages): void {
  for (const shape of scene.shapes) drawShape(document, shape, scene.font, images);
}

function drawShape(
  document: PDFKit.PDFDocument,
  shape: Shape,
  font: Scene['font'],
  images: EmbeddedImages,
): void {
  switch (shape.kind) {
    case 'rectangle':
      document.rect(shape.x, shape.y, shape.width, shape.height);
      paint(document, shape);
      return;
    case 'circle':
      document.circle(shape.x, shape.y, shape.radius);
      paint(document, shape);
      return;
    case 'path': {
      if (shape.points.length < 2) return;
      const [[startX, startY], ...rest] = shape.points;
      document.moveTo(startX, startY);
      for (const [x, y] of rest) document.lineTo(x, y);
      if (shape.isClosed) document.closePath();
      paint(document, shape);
      return;
    }
    case 'text': {
      const { x, y, text, size, weight, color, anchor, angle } = shape;
      const width = measureText(text, font, weight, size);
      const shift = anchor === 'start' ? 0 : anchor === 'middle' ? width / 2 : width;
      document.save().translate(x, y).rotate(angle);
      document
        .font(fontFile(font, weight))
        .fontSize(size)
        .fillColor(color)
        .text(text, -shift, 0, { lineBreak: false, baseline: 'alphabetic' });
      document.restore();
      return;
    }
    case 'image': {
      const { x, y, width, height, bytes } = shape;
      document.image(images.get(bytes)!, x, y, { fit: [width, height], align: 'center', valign: 'center' });
      return;
    }
    case 'clip': {
      const { x, y, width, height } = shape.box;
      document.save().rect(x, y, width, height).clip();
      for (const inner of shape.shapes) drawShape(document, inner, font, images);
      document.restore();
    }
  }
}

/** Fills and outlines the path that was just described. */
function paint(
  document: PDFKit.PDFDocument,
  { fill, fillOpacity, stroke, strokeWidth, dash = [] }: Paint,
): void {
  document.save();
  if (stroke !== undefined) {
    document.lineWidth(strokeWidth ?? 1).lineJoin('round');
    // PDFKit takes lists of lengths too; its types do not say so.
    if (dash.length > 0) document.dash([...dash] as unknown as number, {});
  }
  if (fill !== undefined) document.fillOpacity(fillOpacity ?? 1);
  if (fill !== undefined && stroke !== undefined) document.fillAndStroke(fill, stroke);
  else if (fill !== undefined) document.fill(fill);
  else if (stroke !== undefined) document.stroke(stroke);
  document.restore();
}
