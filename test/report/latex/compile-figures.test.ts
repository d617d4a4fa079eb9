import { describe, expect, it } from 'vitest';
import type { FigureDocument, Mark, PlotsBody } from '#contract/figure';
import { journalFormats, type FigureStyle, type FigureWidth } from '#contract/figure-style';
import { writePgfplots } from '#report/latex/pgfplots/write-pgfplots';
import { compileLatex, hasLatex } from '#test/support/latex-tools';
import { hasPoppler, readPdf } from '#test/support/pdf-tools';
import { sampleFigures } from '#test/support/sample-figures';

const hostile = '\\input{/etc/passwd}, [50] % of_{A&B} #1 $x^2 = "中文"';

/** A figure of plots with other panels. */
function changePanels(
  figure: FigureDocument,
  change: (panels: PlotsBody['panels']) => PlotsBody['panels'],
): FigureDocument {
  if (figure.body.kind !== 'plots') throw new Error('not a figure of plots');
  return { ...figure, body: { ...figure.body, panels: change(figure.body.panels) } };
}

/** The maps with fewer cells: pdflatex takes a millisecond for each. */
function coarsen(mark: Mark): Mark {
  if (mark.kind !== 'cells') return mark;
  const centers = [-2, -1, 0, 1, 2];
  const values = centers.flatMap((a) => centers.map((b) => (a === b ? null : Math.abs(a * b) / 2)));
  return { ...mark, x: centers, y: centers, values };
}

const { bars, lines, maps, multiples, pairs, scatter, spectrum, violins } = sampleFigures;
const coarseMaps = changePanels(maps, (panels) =>
  panels.map((panel) => ({ ...panel, marks: panel.marks.map(coarsen) })),
);
const oneColumn = changePanels(maps, ([panel]) => [
  {
    ...panel,
    isSquare: false,
    marks: [{ kind: 'cells', x: [0], y: [-1, 0, 1], values: [0, null, 1.25], hasNumbers: true }],
  },
]);
const hostileNames = changePanels(lines, ([panel]) => [
  {
    ...panel,
    title: hostile,
    x: { scale: 'category', title: hostile, categories: [hostile, 'a,b', '{', ']'] },
    marks: [hostile, 'second'].map((name, series): Mark => ({
      kind: 'bars',
      name,
      series,
      values: [10, 20, null, 40],
      low: [5, null, null, 40],
      high: [15, null, null, 40],
    })),
  },
]);
const belowZero = changePanels(spectrum, ([panel]) => [
  {
    ...panel,
    marks: [
      {
        kind: 'line',
        name: '',
        series: 0,
        dash: 0,
        x: [1, 10, 100],
        y: [1, 0, 0.01],
        low: [0.5, -1, 0],
        high: [2, 0, 0.1],
        hasPoints: true,
        isReference: false,
      },
    ],
  },
]);

/** A document with every figure in a box, of which TeX says how wide it is. */
function documentOf(figures: readonly (readonly [FigureDocument, FigureStyle, FigureWidth])[]): string {
  const boxes = figures.map(([figure, style, width], n) => {
    const { tex } = writePgfplots(figure, style, width);
    return `\\setbox0\\hbox{${tex}}\\typeout{WIDTH ${n} \\the\\wd0}\\noindent\\box0\\par\\bigskip`;
  });
  return [
    '\\documentclass{article}',
    '\\usepackage[a4paper,textwidth=165mm,textheight=260mm]{geometry}',
    '\\usepackage{pgfplots}',
    '\\pgfplotsset{compat=1.18}',
    '\\begin{document}',
    ...boxes,
    '\\end{document}',
    '',
  ].join('\n');
}

describe('writePgfplots', () => {
  const plain: FigureStyle = { preset: 'plain', palette: 'color-blind' };
  const grey: FigureStyle = { preset: 'neurips', palette: 'greyscale' };

  it.skipIf(!hasLatex() || !hasPoppler())(
    'draws every kind of mark so that pdflatex makes vectors and text of it, no wider than the column',
    () => {
      const figures: [FigureDocument, FigureStyle, FigureWidth][] = [
        [lines, plain, 'double'],
        [coarseMaps, plain, 'double'],
        [pairs, plain, 'single'],
        [bars, plain, 'double'],
        [violins, grey, 'double'],
        [spectrum, plain, 'single'],
        [scatter, plain, 'single'],
        [changePanels(multiples, (panels) => panels.slice(0, 3)), grey, 'single'],
        [lines, grey, 'single'],
        [oneColumn, grey, 'double'],
        [hostileNames, plain, 'double'],
        [belowZero, plain, 'single'],
      ];
      const { pdf, log } = compileLatex(new Map([['t.tex', documentOf(figures)]]), 't', 1);
      expect(log).not.toMatch(/Warning|Overfull/);
      const widths = [...log.matchAll(/WIDTH (\d+) ([\d.]+)pt/g)];
      expect(widths).toHaveLength(figures.length);
      for (const [, n, width] of widths) {
        const [{ id }, { preset }, column] = figures[Number(n)];
        // Points of TeX are a little smaller than those of PDF.
        const wanted = (journalFormats[preset][column] / 72) * 72.27;
        expect(Number(width), `${id} ${preset} ${column}`).toBeLessThanOrEqual(wanted);
      }
      const { text, fonts, imageCount } = readPdf(pdf);
      expect(imageCount).toBe(0);
      expect(fonts.map(({ type, isEmbedded }) => `${type} ${isEmbedded}`)).toEqual(
        fonts.map(() => 'Type 1 true'),
      );
      for (const words of [
        'Post-hoc linearized',
        'validation accuracy, %',
        'plant leaves',
        '0.93',
        'local energy',
      ]) {
        expect(text.includes(words), words).toBe(true);
      }
      // The underscore is drawn as a line, and the caret as an accent.
      expect(text).toContain('\\input{/etc/passwd}, [50] % of {A&B} #1 $xˆ2 = "U+4E2DU+6587"');
    },
  );

  it('says in comments which packages it needs and what its caption is, and is the same each time', () => {
    const { tex, images } = writePgfplots(lines, plain, 'single');
    expect(tex).toMatch(
      /^% Put into the preamble:\n% {3}\\usepackage\{pgfplots\}\n% {3}\\pgfplotsset\{compat=1.18\}\n/,
    );
    expect(tex).toContain('% \\caption{Sample of lines. A sample of lines with \\ensuremath{\\alpha}');
    expect(images.size).toBe(0);
    expect(writePgfplots(structuredClone(lines), plain, 'single').tex).toBe(tex);
  });
});
