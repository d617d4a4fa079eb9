import type { ImagesBody } from '#contract/figure';
import type { FigureWidth } from '#contract/figure-style';
import type { Layout } from './layout-plots';
import { breakLines, writeText, type Letters } from './letters';
import type { Shape } from './scene';

/** Between images, and between rows, in points. */
export const IMAGE_GAP = 3;
const ROW_GAP = 6;
/** Beyond this an image becomes no larger. */
const LARGEST = 64;

/**
 * Says how many images stand side by side, and how wide and high each may be, in points.
 *
 * @param width of the whole figure, in points
 */
export function sizeImages(
  { columns }: ImagesBody,
  width: number,
  column: FigureWidth,
): { readonly perLine: number; readonly side: number } {
  const perLine = column === 'double' ? columns : Math.ceil(columns / 2);
  return { perLine, side: Math.min(LARGEST, (width - IMAGE_GAP * (perLine - 1)) / perLine) };
}

/**
 * Sets images in rows, each in a square and as wide as high.
 *
 * @param width of the whole figure, in points
 */
export function layoutImages(body: ImagesBody, width: number, column: FigureWidth, letters: Letters): Layout {
  const { perLine, side } = sizeImages(body, width, column);
  const { size, small } = letters;
  const shapes: Shape[] = [];
  let y = 0;
  for (const { title, images } of body.rows) {
    if (title !== '') {
      for (const line of breakLines(letters, title, size, width)) {
        shapes.push(writeText(letters, line, { x: 0, y: y + size, size }));
        y += size * 1.25;
      }
      y += size * 0.25;
    }
    for (let start = 0; start < images.length; start += perLine) {
      const line = images.slice(start, start + perLine);
      const labels = line.map(({ label }) => breakLines(letters, label, small, side));
      line.forEach(({ bytes, mediaType }, i) => {
        const x = i * (side + IMAGE_GAP);
        shapes.push({ kind: 'image', x, y, width: side, height: side, bytes, mediaType });
        labels[i].forEach((text, l) =>
          shapes.push(
            writeText(letters, text, {
              x: x + side / 2,
              y: y + side + small * (1 + 1.1 * l),
              size: small,
              anchor: 'middle',
            }),
          ),
        );
      });
      const labelLines = Math.max(0, ...labels.map((lines) => (lines.join('') === '' ? 0 : lines.length)));
      y += side + (labelLines === 0 ? IMAGE_GAP : small * (0.4 + 1.1 * labelLines) + IMAGE_GAP);
    }
    y += ROW_GAP;
  }
  return { shapes, height: Math.max(1, y - ROW_GAP) };
}
