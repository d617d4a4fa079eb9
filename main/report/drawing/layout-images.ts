import type { ImagesBody } from '#contract/figure';
import type { FigureWidth } from '#contract/figure-style';
import type { Layout } from './layout-plots';
import { breakLines, writeText, type Letters } from './letters';
import type { Shape } from './scene';

/** Between images, and between rows, in points. */
const GAP = 3;
const ROW_GAP = 6;
/** Beyond this an image becomes no larger. */
const LARGEST = 64;

/**
 * Sets images in rows, each in a square and as wide as high.
 *
 * @param width of the whole figure, in points
 */
export function layoutImages(body: ImagesBody, width: number, column: FigureWidth, letters: Letters): Layout {
  const wanted = column === 'double' ? body.columns : Math.ceil(body.columns / 2);
  const side = Math.min(LARGEST, (width - GAP * (wanted - 1)) / wanted);
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
    for (let start = 0; start < images.length; start += wanted) {
      const line = images.slice(start, start + wanted);
      const labels = line.map(({ label }) => breakLines(letters, label, small, side));
      line.forEach(({ bytes, mediaType }, i) => {
        const x = i * (side + GAP);
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
      y += side + (labelLines === 0 ? GAP : small * (0.4 + 1.1 * labelLines) + GAP);
    }
    y += ROW_GAP;
  }
  return { shapes, height: Math.max(1, y - ROW_GAP) };
}
