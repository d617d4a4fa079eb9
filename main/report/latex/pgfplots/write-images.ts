import type { ImagesBody } from '#contract/figure';
import { journalFormats, type FigureStyle, type FigureWidth } from '#contract/figure-style';
import { sizeImages, IMAGE_GAP } from '#report/drawing/layout-images';
import { chooseLetters } from '#report/drawing/letters';
import { escapeLatex } from '../escape-latex';
import { selectFont } from './select-font';
import { writeLength } from './write-numbers';
import type { LatexFigure } from './write-pgfplots';

const endings = { 'image/png': 'png', 'image/jpeg': 'jpg' } as const;

/**
 * Writes images as rows of a `tabular`, with their files beside.
 *
 * @param name what the names of the files begin with
 */
export function writeImages(
  body: ImagesBody,
  name: string,
  { preset }: FigureStyle,
  column: FigureWidth,
): LatexFigure {
  const { font, fontSize, [column]: width } = journalFormats[preset];
  const { small } = chooseLetters(font, fontSize);
  const { perLine, side } = sizeImages(body, width, column);
  const length = writeLength(side);
  const images = new Map<string, Uint8Array>();
  const lines: string[] = [];
  for (const row of body.rows) {
    if (row.title !== '')
      lines.push(
        `\\multicolumn{${perLine}}{@{}p{${writeLength(perLine * (side + IMAGE_GAP) - IMAGE_GAP)}}@{}}{${escapeLatex(row.title)}}`,
      );
    for (let start = 0; start < row.images.length; start += perLine) {
      const line = row.images.slice(start, start + perLine);
      const included = line.map(({ bytes, mediaType }) => {
        const file = `${name}-${images.size + 1}.${endings[mediaType]}`;
        images.set(file, bytes);
        return `\\includegraphics[width=${length},height=${length},keepaspectratio]{${file}}`;
      });
      lines.push(included.join(' &\n    '));
      if (line.every(({ label }) => label === '')) continue;
      lines.push(
        line
          .map(
            ({ label }) =>
              `\\parbox[t]{${length}}{\\centering${selectFont(font, small)} ${escapeLatex(label)}}`,
          )
          .join(' &\n    '),
      );
    }
  }
  const tex = [
    `{${selectFont(font, fontSize)}\\setlength{\\tabcolsep}{${writeLength(IMAGE_GAP / 2)}}%`,
    `\\begin{tabular}{@{}${'c'.repeat(perLine)}@{}}`,
    ...lines.map((line) => `    ${line} \\\\`),
    '\\end{tabular}}',
  ].join('\n');
  return { tex, images };
}
