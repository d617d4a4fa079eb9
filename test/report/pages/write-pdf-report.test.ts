import { describe, expect, it } from 'vitest';
import { writePdfReport } from '#report/pages/write-pdf-report';
import { hasPoppler, readPdf } from '#test/support/pdf-tools';
import { exampleTables, figureItem, originsOf, sampleReport, tableItem } from './sample-report';

const addition = tableItem(exampleTables.get('addition')!);
const hostile = '<script>alert(1)</script> =cmd() \\input{/etc/passwd} 100% a_b 中文\nnext';

describe.skipIf(!hasPoppler())('reports as PDF', () => {
  const content = sampleReport([
    { kind: 'text', heading: 'What was done', paragraphs: ['Three methods.', 'And three seeds.'] },
    addition,
    figureItem('maps', 'double'),
    figureItem('lines', 'single'),
    figureItem('scatter', 'single'),
    {
      kind: 'gap',
      title: 'Local energy of digits',
      reason: 'No run has measured it.',
      advice: 'Run an analysis of the kernel.',
    },
  ]);

  it('hold text, numbers, captions and provenance, in embedded fonts and without images', async () => {
    const bytes = await writePdfReport(content);
    const { text, fonts, imageCount } = readPdf(bytes);
    const words = text.replace(/\s+/g, ' ');
    for (const sentence of [
      content.title,
      content.authors,
      content.date,
      'What was done',
      'And three seeds.',
      'Table 1. Task addition, 2 tasks. Test accuracy of the sum',
      '± is half the 95 % interval of the mean',
      '65.1 ± 0.2',
      'Figure 1. Sample of maps.',
      'Not shown: Local energy of digits.',
      'No run has measured it.',
      'Run an analysis of the kernel.',
      'How this was made',
      'made this report from 9 runs',
      'Node v24.21.0 on linux-x64',
      'tangent study run specs',
    ]) {
      expect(words).toContain(sentence);
    }
    expect(text).toMatch(/Figure 2\. .*Figure 3\. /);
    for (const { runId, specHash } of content.runs) {
      expect(text).toContain(runId);
      expect(text).toContain(specHash.slice(0, 12));
    }
    expect(fonts.length).toBeGreaterThan(1);
    for (const { isEmbedded, name } of fonts) expect(isEmbedded, name).toBe(true);
    expect(imageCount).toBe(0);
  });

  it('have the same bytes each time', async () => {
    expect(Buffer.from(await writePdfReport(content)).equals(await writePdfReport(content))).toBe(true);
  });

  it('say their title, their language and what is what', async () => {
    const text = Buffer.from(await writePdfReport(content)).toString('latin1');
    expect(text).toContain(`(${content.title})`);
    expect(text).toContain('(D:20261127000000Z)');
    expect(text).toContain('/Lang (en)');
    expect(text).toContain('/Marked true');
    for (const tag of ['H1', 'H2', 'P', 'Table', 'TR', 'TH', 'TD', 'Caption', 'Figure', 'Note']) {
      expect(text).toMatch(new RegExp(`/S /${tag}\\b`));
    }
    expect(text).toContain('/Outlines');
    expect(text).toContain('/Title (Table 1. Task addition, 2 tasks)');
  });

  it('repeat the head of a table that is longer than a page', async () => {
    const single = exampleTables.get('single-task')!;
    const rows = Array.from({ length: 90 }, (_, r) => ({ ...single.rows[0], head: `task number ${r}` }));
    const { text, pageCount } = readPdf(await writePdfReport(sampleReport([tableItem({ ...single, rows })])));
    const pages = text.split('\f').filter((page) => page.includes('task number'));
    expect(pageCount).toBeGreaterThan(2);
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) expect(page).toMatch(/Task\s+Zero-shot\s+Non-linear FT/);
    expect(pages.slice(1).every((page) => page.includes('Table 1, continued'))).toBe(true);
    expect(rows.every(({ head }) => new RegExp(`${head}\\s`).test(text))).toBe(true);
  });

  it('hold hostile names as they are, and say the code points of letters without a font', async () => {
    const table = { ...addition.table, title: hostile, rows: [{ ...addition.table.rows[0], head: hostile }] };
    const report = sampleReport(
      [
        { ...addition, table, caption: hostile },
        { kind: 'text', heading: hostile, paragraphs: [hostile, 'x'.repeat(3000)] },
        { kind: 'gap', title: hostile, reason: hostile, advice: hostile },
      ],
      { title: hostile, authors: hostile, commands: [hostile], environment: [hostile] },
    );
    const words = readPdf(await writePdfReport(report)).text.replace(/\s+/g, ' ');
    expect(words).toContain(
      '<script>alert(1)</script> =cmd() \\input{/etc/passwd} 100% a_b U+4E2DU+6587 next',
    );
    expect(words).not.toContain('中');
  });

  it('shrink a figure that is higher than a page, and let a long caption go on', async () => {
    const { figure, ...item } = figureItem('lines', 'single');
    if (figure.body.kind !== 'plots') throw new Error('the sample has plots');
    const [panel] = figure.body.panels;
    const tall = { ...figure, body: { ...figure.body, panels: Array<typeof panel>(12).fill(panel) } };
    const caption = `${'many words '.repeat(450)} the end`;
    const { text, pageCount } = readPdf(
      await writePdfReport(
        sampleReport(
          [
            { ...item, figure: tall },
            { ...item, figure, caption },
          ],
          { runs: [] },
        ),
      ),
    );
    const pages = text.split('\f');
    expect(pages[1]).toContain('Figure 1. Sample of lines.');
    expect(pages[1].split('validation accuracy').length).toBeLessThanOrEqual(13);
    expect(text.match(/many/g)).toHaveLength(450);
    expect(text).toContain('the end');
    expect(pageCount).toBeGreaterThan(2);
  });

  it('print what has nothing in it', async () => {
    const { pageCount, text } = readPdf(
      await writePdfReport(sampleReport([], { runs: [], authors: '', commands: [], environment: [] })),
    );
    expect(pageCount).toBe(1);
    expect(text).toContain('from 0 runs');
  });

  it('name many runs by their numbers', async () => {
    const runs = Array.from({ length: 30 }, (_, r) => ({
      ...content.runs[0],
      runId: `many${String(r).padStart(4, '0')}`,
    }));
    const origins = runs.slice(2).map(({ runId, specHash, title }) => ({ runId, specHash, title }));
    const { text } = readPdf(
      await writePdfReport(
        sampleReport(
          [
            { ...addition, origins },
            { ...addition, origins: originsOf(0) },
          ],
          { runs },
        ),
      ),
    );
    expect(text).toContain('28 runs: numbers 3–30 in the table of runs');
    expect(text).toContain('Run (specification): run0abcd (00000000abcd)');
  });
});
