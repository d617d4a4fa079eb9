import type { FigureDocument } from '#contract/figure';
import type { FigureStyle, FigureWidth } from '#contract/figure-style';
import { layoutFigure } from './layout-figure';
import { writeCoordinate as n, type Paint, type Shape } from './scene';

/** What stands in for our fonts where they are not installed: of the same widths, as far as there are any. */
const families = {
  sans: "Arimo, Arial, 'Liberation Sans', Helvetica, sans-serif",
  serif: "Tinos, 'Times New Roman', 'Liberation Serif', Times, serif",
};

/**
 * Draws a figure as SVG: shapes and text, and images only where the figure is of images. It holds no ids, so that
 * any number of figures can stand in one page.
 *
 * @param figure what is to be seen
 * @param style how figures look
 * @param column which width of the style
 */
export function writeSvg(figure: FigureDocument, style: FigureStyle, column: FigureWidth): string {
  const { width, height, font, shapes } = layoutFigure(figure, style, column);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}pt" height="${n(height)}pt" viewBox="0 0 ${n(width)} ${n(height)}" font-family="${families[font]}" role="img">`,
    `<title>${escapeXml(figure.title)}</title>`,
    `<desc>${escapeXml(figure.caption)}</desc>`,
    `<rect width="${n(width)}" height="${n(height)}" fill="#ffffff"/>`,
    ...shapes.map(writeShape),
    '</svg>',
    '',
  ].join('\n');
}

function writeShape(shape: Shape): string {
  switch (shape.kind) {
    case 'rectangle':
      return `<rect x="${n(shape.x)}" y="${n(shape.y)}" width="${n(shape.width)}" height="${n(shape.height)}"${writePaint(shape)}/>`;
    case 'circle':
      return `<circle cx="${n(shape.x)}" cy="${n(shape.y)}" r="${n(shape.radius)}"${writePaint(shape)}/>`;
    case 'path': {
      const points = shape.points.map(([x, y]) => `${n(x)},${n(y)}`).join(' ');
      return `<${shape.isClosed ? 'polygon' : 'polyline'} points="${points}"${writePaint(shape)}/>`;
    }
    case 'text': {
      const { x, y, text, size, weight, color, anchor, angle } = shape;
      const turned = angle === 0 ? '' : ` transform="rotate(${angle} ${n(x)} ${n(y)})"`;
      const bold = weight === 'bold' ? ' font-weight="bold"' : '';
      const anchored = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
      return `<text x="${n(x)}" y="${n(y)}" font-size="${n(size)}" fill="${color}"${bold}${anchored}${turned}>${escapeXml(text)}</text>`;
    }
    case 'image': {
      const data = Buffer.from(shape.bytes).toString('base64');
      return `<image x="${n(shape.x)}" y="${n(shape.y)}" width="${n(shape.width)}" height="${n(shape.height)}" href="data:${shape.mediaType};base64,${data}"/>`;
    }
    case 'clip': {
      const { x, y, width, height } = shape.box;
      // A viewport of its own hides what is outside of it, without a clip path and its id.
      return [
        `<svg x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" viewBox="${n(x)} ${n(y)} ${n(width)} ${n(height)}">`,
        ...shape.shapes.map(writeShape),
        '</svg>',
      ].join('\n');
    }
  }
}

function writePaint({ fill, fillOpacity, stroke, strokeWidth, dash = [] }: Paint): string {
  return [
    ` fill="${fill ?? 'none'}"`,
    fill !== undefined && fillOpacity !== undefined ? ` fill-opacity="${n(fillOpacity)}"` : '',
    stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="${n(strokeWidth ?? 1)}"`,
    stroke === undefined || dash.length === 0 ? '' : ` stroke-dasharray="${dash.map(n).join(' ')}"`,
  ].join('');
}

/** Writes text as content or attribute of XML; what XML cannot hold is left out. */
function escapeXml(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- they are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .toWellFormed()
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}
