import { describe, expect, it } from 'vitest';
import type { TableCell, TableDocument } from '#contract/table-document';
import { writePgfplots } from '#report/latex/pgfplots/write-pgfplots';
import { writeBibtex } from '#report/latex/write-bibtex';
import { writeLatexReport } from '#report/latex/write-latex-report';
import { writeLatexTable } from '#report/latex/write-latex-table';
import { writePdf } from '#report/drawing/write-pdf';
import type { ContentItem, ReportContent } from '#report/report-content';
import { compileLatex, hasLatex } from '#test/support/latex-tools';
import { hasPoppler, readPdf } from '#test/support/pdf-tools';
import { sampleFigures } from '#test/support/sample-figures';
import { onePixel } from '#test/support/sample-image';

const hostile = '\\end{document} 100 % of_{A&B} #1 $x^2\n\n<script> "中文" é ß →∞ \\par';

const origin = (n: number) => ({
  runId: `run${n.toString().padStart(5, '0')}`,
  specHash: `${n}`.repeat(64).slice(0, 64),
  title: n === 1 ? hostile : `run ${n}`,
});
const origins = (count: number) => Array.from({ length: count }, (_, n) => origin(n));

const number = (value: number): TableCell => ({
  kind: 'number',
  value,
  unit: 'percent',
  count: 3,
  deviation: 0.4,
  interval: 1,
  values: [value],
});

function tableOf(id: string, columnCount: number, rowCount: number): TableDocument {
  const columns = Array.from({ length: columnCount }, (_, c) => ({
    head: c === 0 ? hostile : `column ${c}`,
    group: c < 2 ? '' : 'group_&',
    measure: null,
    subject: {},
  }));
  return {
    id,
    title: hostile,
    caption: hostile,
    subject: {},
    rowHead: '[5] *',
    columns,
    rows: Array.from({ length: rowCount }, (_, r) => ({
      head: r === 1 ? hostile : `* ${r}`,
      subject: {},
      cells: columns.map((__, c): TableCell => {
        if (c === 0) return { kind: 'text', text: r === 0 ? hostile : '[1]' };
        if (c === 1) return { kind: 'reference', values: [{ value: 71, confirmed: false, footnote: 1 }] };
        return r === 2 ? { kind: 'empty' } : number(70 + r / 10 + c);
      }),
    })),
    footnotes: [hostile],
  };
}

const images = {
  id: 'images',
  title: 'Images',
  caption: '',
  body: {
    kind: 'images' as const,
    columns: 4,
    rows: [
      {
        title: hostile,
        images: Array.from({ length: 6 }, (_, i) => ({
          bytes: onePixel,
          mediaType: 'image/png' as const,
          label: i === 0 ? hostile : `image ${i}`,
        })),
      },
    ],
  },
};

const items: ContentItem[] = [
  { kind: 'text', heading: hostile, paragraphs: [hostile, '[2] second paragraph'] },
  {
    kind: 'figure',
    name: 'lines',
    figure: sampleFigures.lines,
    width: 'double',
    caption: hostile,
    origins: origins(2),
  },
  {
    kind: 'figure',
    name: 'pixels',
    figure: images,
    width: 'single',
    caption: 'Six pixels.',
    origins: origins(60),
  },
  { kind: 'table', name: 'narrow', table: tableOf('narrow', 2, 3), caption: hostile, origins: origins(1) },
  {
    kind: 'table',
    name: 'wide',
    table: tableOf('wide', 16, 90),
    caption: 'Wide and long.',
    origins: origins(70),
  },
  { kind: 'gap', title: hostile, reason: hostile, advice: hostile },
];

const content: ReportContent = {
  title: hostile,
  authors: 'Zoë Łukasz & 中文',
  date: '2026-11-28',
  appVersion: '1.2.3_%',
  style: { preset: 'plain', palette: 'color-blind' },
  spread: 'deviation',
  items,
  runs: origins(90).map((run, n) => ({
    ...run,
    kind: 'finetune',
    seed: n % 2 === 0 ? null : n,
    elapsedMs: 1234 * n,
  })),
  environment: ['native 2.9.1, 2 threads', hostile],
  commands: ['tangent study run specs --data-dir "it\'s  here"', hostile],
};

/** The files of a bundle that its report reads. */
async function bundle(report: ReportContent): Promise<Map<string, string | Uint8Array>> {
  const files = new Map<string, string | Uint8Array>([
    ['report.tex', writeLatexReport(report)],
    ['references.bib', writeBibtex(report.appVersion)],
  ]);
  for (const item of report.items) {
    if (item.kind === 'table') {
      const { name, caption } = item;
      const options = { caption, label: `tab:${name}`, origins: item.origins };
      files.set(`tables/${name}.tex`, writeLatexTable(item.table, report.spread, options));
    } else if (item.kind === 'figure') {
      const { tex, images: parts } = writePgfplots(item.figure, report.style, item.width);
      files.set(`figures/${item.name}.pdf`, await writePdf(item.figure, report.style, item.width));
      files.set(`figures/${item.name}.tex`, tex);
      for (const [name, bytes] of parts) files.set(`figures/${name}`, bytes);
    }
  }
  return files;
}

describe('writeLatexReport', () => {
  it.skipIf(!hasLatex() || !hasPoppler())(
    'compiles as it is, with whatever names, and loses nothing that was said',
    async () => {
      const { pdf, log } = compileLatex(await bundle(content), 'report', 2);
      expect(log.match(/^.*Warning.*$/gm)).toBeNull();
      expect(log).not.toMatch(/Overfull/);
      const { text, fonts } = readPdf(pdf);
      expect(fonts.every(({ isEmbedded, type }) => isEmbedded && type !== 'Type 3')).toBe(true);
      const printed = text.normalize('NFC').replace(/\s+/g, ' ');
      for (const words of [
        '\\end{document} 100 % of {A&B} #1 $xˆ2 <script> "U+4E2DU+6587" é ß →∞ \\par',
        '[2] second paragraph',
        'Zoë',
        'run00001 (111111111111)',
        'Made from 60 runs',
        'Part 3 of 3',
        'tangent study run specs --data-dir "it\'s here"',
        'How this was made',
        'arXiv:2305.12827',
        'Version 1.2.3',
      ]) {
        expect(printed.includes(words), words).toBe(true);
      }
    },
  );

  it.skipIf(!hasLatex() || !hasPoppler())(
    'takes figures that can be changed by hand where a switch is turned',
    async () => {
      const files = await bundle({ ...content, items: items.filter(({ kind }) => kind === 'figure') });
      const report = files.get('report.tex') as string;
      files.set('report.tex', report.replace('% \\pgfplotsfigurestrue', '\\pgfplotsfigurestrue'));
      const { pdf } = compileLatex(files, 'report', 1);
      const { text, imageCount } = readPdf(pdf);
      expect(text).toContain('validation accuracy, %');
      expect(imageCount).toBe(6);
    },
  );

  it('is the same each time, and knows no day but that of its runs', () => {
    expect(writeLatexReport(content)).toBe(writeLatexReport(structuredClone(content)));
    expect(writeLatexReport(content)).toContain('\\date{2026-11-28}');
    expect(writeLatexReport(content)).not.toContain('\\today');
  });
});

describe('writeBibtex', () => {
  it('has the paper, task arithmetic, CLIP and the program', () => {
    const text = writeBibtex('1.2.3_%');
    expect(text.match(/^@\w+\{\w+,$/gm)).toEqual([
      '@inproceedings{ortizjimenez2023tangent,',
      '@inproceedings{ilharco2023editing,',
      '@inproceedings{radford2021learning,',
      '@misc{tangentworkbench,',
    ]);
    expect(text).toContain('note = {Version 1.2.3\\_\\%},');
  });
});
