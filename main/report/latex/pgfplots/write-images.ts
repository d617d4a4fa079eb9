import type { ImagesBody } from '#contract/figure';
import { journalFormats, type FigureStyle, type FigureWidth } from '#contract/figure-style';
import { sizeImages, IMAGE_GAP } from '#report/drawing/layout-images';
import { chooseLetters } from '#report/drawing/letters';
import { escapeLatex } from '../escape-latex';
import { selectFont } from './select-font';
import { writeLength } from './write-numbers';
import type { LatexFigure } from './latex-figure';

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
  const gap = `[${writeLength(IMAGE_GAP)}]`;
  const whole = writeLength(perLine * (side + IMAGE_GAP) - IMAGE_GAP);
  const addLine = (cells: readonly string[], below: string) =>
    lines.push(`    ${cells.join(' &\n    ')} \\\\${below}`);
  for (const row of body.rows) {
    if (row.title !== '') {
      addLine([`\\multicolumn{${perLine}}{@{}p{${whole}}@{}}{${escapeLatex(row.title)}}`], '');
    }
    for (let start = 0; start < row.images.length; start += perLine) {
      const line = row.images.slice(start, start + perLine);
      const included = line.map(({ bytes, mediaType }) => {
        const file = `${name}-${images.size + 1}.${endings[mediaType]}`;
        images.set(file, bytes);
        return `\\includegraphics[width=${length},height=${length},keepaspectratio]{${file}}`;
      });
      const labels = line.map(
        ({ label }) => `\\parbox[t]{${length}}{\\centering${selectFont(font, small)} ${escapeLatex(label)}}`,
      );
      const hasLabels = line.some(({ label }) => label !== '');
      addLine(included, hasLabels ? '' : gap);
      if (hasLabels) addLine(labels, gap);
    }
  }
  const tex = [
    `{${selectFont(font, fontSize)}\\setlength{\\tabcolsep}{${writeLength(IMAGE_GAP / 2)}}%`,
    `\\begin{tabular}{@{}${'c'.repeat(perLine)}@{}}`,
    ...lines,
    '\\end{tabular}}',
  ].join('\n');
  return { tex, images };
}
