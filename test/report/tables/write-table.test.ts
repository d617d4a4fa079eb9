import { marked, type Tokens } from 'marked';
import { describe, expect, it } from 'vitest';
import { tableFormatSchema } from '#contract/report';
import { formatCell, printNumber, type TableDocument } from '#contract/table-document';
import { parseReferenceNumbers } from '#report/reference-numbers';
import { reportBenchmark } from '#report/report-benchmark';
import { isBestCell } from '#report/tables/best-cell';
import { writeTable } from '#report/tables/write-table';
import published from '#resources/reference/tangent-task-arithmetic.json';
import { exampleBenchmark } from '../example-benchmark';
import { exampleTable, hostileNames, hostileTable } from './example-table';

/** Reads comma-separated values back (RFC 4180). */
function readCsv(text: string): Record<string, string>[] {
  const lines: string[][] = [[]];
  for (const found of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    const [, quoted, plain, end] = found as readonly (string | undefined)[];
    lines.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\n') lines.push([]);
  }
  const [header, ...rows] = lines.slice(0, -1);
  return rows.map((row) => Object.fromEntries(header.map((name, place) => [name, row[place]])));
}

/** What a reader of HTML sees. */
function visible(html: string): string {
  const names: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|amp|quot|#39);/g, (_, name: string) => names[name])
    .replace(/\s+/g, ' ')
    .trim();
}

function markdownTable(text: string): Tokens.Table {
  const tables = marked.lexer(text).filter((token) => token.type === 'table');
  expect(tables).toHaveLength(1);
  return tables[0] as Tokens.Table;
}

describe('writeTable', () => {
  it('writes Markdown with the best in bold and its sources below', () => {
    expect(writeTable(exampleTable(), 'markdown', 'deviation')).toBe(
      `Task addition. Test accuracy in percent. Mean over 2 seeds; ± is the sample standard deviation.

| Method | α rule | absolute | normalized | paper: absolute |
| --- | --- | ---: | ---: | ---: |
| Pre-trained | – | 48.3 | – | – |
| Non-linear FT | tuned | 70.2 ± 0.1 | **80.0** ± 0.0 | 71.4† \\[1\\] |
| Linear FT | tuned | **76.8** ± 0.1 | **80.0** ± 0.0 | 76.5 \\[1\\], 76.0 \\[2\\] |

\\[1\\] Table 1.

\\[2\\] Run again.
`,
    );
  });

  it('writes HTML with scopes, heads over columns, and a foot', () => {
    expect(writeTable(exampleTable(), 'html', 'interval')).toBe(`<table class="results">
  <caption>Task addition. Test accuracy in percent. Mean over 2 seeds; ± is half the 95 % interval of the mean by Student’s t.</caption>
  <colgroup></colgroup><colgroup span="1"></colgroup><colgroup span="2"></colgroup><colgroup span="1"></colgroup>
  <thead>
    <tr><th scope="col" rowspan="2">Method</th><th scope="col" class="text" rowspan="2">α rule</th><th scope="colgroup" colspan="2">ours</th><th scope="col" class="number" rowspan="2">paper: absolute</th></tr>
    <tr><th scope="col" class="number">absolute</th><th scope="col" class="number">normalized</th></tr>
  </thead>
  <tbody>
    <tr><th scope="row">Pre-trained</th><td class="text">–</td><td class="number">48.3</td><td class="number">–</td><td class="number">–</td></tr>
    <tr><th scope="row">Non-linear FT</th><td class="text">tuned</td><td class="number">70.2 ± 0.3</td><td class="number best"><strong>80.0</strong> ± 0.1</td><td class="number">71.4<sup>† [1]</sup></td></tr>
    <tr><th scope="row">Linear FT</th><td class="text">tuned</td><td class="number best"><strong>76.8</strong> ± 0.3</td><td class="number best"><strong>80.0</strong> ± 0.0</td><td class="number">76.5<sup>[1]</sup>, 76.0<sup>[2]</sup></td></tr>
  </tbody>
  <tfoot>
    <tr><td colspan="5">[1] Table 1.</td></tr>
    <tr><td colspan="5">[2] Run again.</td></tr>
  </tfoot>
</table>
`);
  });

  it('writes text for a spreadsheet, a line for each row', () => {
    expect(writeTable(exampleTable(), 'text', 'deviation').split('\n').slice(0, 3)).toEqual([
      'Method\tα rule\tabsolute\tnormalized\tpaper: absolute',
      'Pre-trained\t–\t48.3\t–\t–',
      'Non-linear FT\ttuned\t70.2 ± 0.1\t80.0 ± 0.0\t71.4† [1]',
    ]);
  });

  it('writes numbers as they were computed into comma-separated values', () => {
    const lines = readCsv(writeTable(exampleTable(), 'csv', 'deviation'));
    expect(lines[1]).toMatchObject({
      row: 'Non-linear FT',
      column: 'α rule',
      origin: 'measured',
      text: 'tuned',
    });
    const numbers = exampleTable().rows.flatMap(({ cells }) => cells.filter(({ kind }) => kind === 'number'));
    const measured = lines.filter(({ origin, value }) => origin === 'measured' && value !== '');
    expect(
      measured.map(({ unit, value, deviation, interval, n, value_1, value_2 }) => ({
        kind: 'number',
        unit,
        value: Number(value),
        deviation: deviation === '' ? null : Number(deviation),
        interval: interval === '' ? null : Number(interval),
        count: Number(n),
        values: [value_1, value_2].filter((text) => text !== '').map(Number),
      })),
    ).toEqual(numbers);
    expect(lines.filter(({ origin }) => origin !== 'measured')).toMatchObject([
      { method: 'standard', value: '71.4', origin: 'unconfirmed', text: 'Table 1.' },
      { method: 'linear', value: '76.5', origin: 'published', text: 'Table 1.' },
      { method: 'linear', value: '76', origin: 'published', text: 'Run again.' },
    ]);
  });

  it('prints a metric with four significant digits, and its spread as fine', () => {
    const print = (value: number, deviation: number | null) =>
      printNumber({ value, unit: 'metric', deviation, interval: null }, 'deviation');
    expect(print(0.00001, 0.0000004)).toEqual({ value: '0.00001000', width: '0.00000040' });
    expect(print(1234.5, 20.26)).toEqual({ value: '1235', width: '20' });
    expect(print(0, null)).toEqual({ value: '0.000', width: null });
    expect(print(-1e-12, null).value).toBe('0.0000000000');
  });

  describe.each(tables())('of $id', (table) => {
    it('has the same bold cells in LaTeX, Markdown and HTML', () => {
      const best = table.rows.flatMap((row) =>
        row.cells.flatMap((cell, c) =>
          cell.kind === 'number' && isBestCell(table, row, c) ? [printNumber(cell, 'deviation').value] : [],
        ),
      );
      const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, value]) => value);
      expect(found(writeTable(table, 'latex', 'deviation'), /\\mathbf\{([^}]*)\}/g)).toEqual(best);
      expect(found(writeTable(table, 'markdown', 'deviation'), /\*\*([^*]*)\*\*/g)).toEqual(best);
      expect(found(writeTable(table, 'html', 'deviation'), /<strong>([^<]*)<\/strong>/g)).toEqual(best);
    });

    it.each(['deviation', 'interval'] as const)('has the same digits in all formats (%s)', (spread) => {
      const wanted = table.rows.map(({ cells }) =>
        cells.map((cell) => (cell.kind === 'number' ? formatCell(cell, spread) : null)),
      );
      const only = (texts: readonly (readonly string[])[]) =>
        texts.map((cells, r) => cells.map((text, c) => (wanted[r][c] === null ? null : text)));
      const latex = writeTable(table, 'latex', spread);
      const latexRows = latex
        .slice(latex.indexOf('\\midrule'), latex.indexOf('\\bottomrule'))
        .split('\n')
        .slice(1, -1)
        .map((line) =>
          line
            .replace(/ \\\\$/, '')
            .split(' & ')
            .slice(1)
            .map((text) =>
              text
                .replace(/\\mathbf\{([^}]*)\}/, '$1')
                .replace('\\pm', '±')
                .replaceAll('$', ''),
            ),
        );
      expect(only(latexRows)).toEqual(wanted);
      const markdown = markdownTable(writeTable(table, 'markdown', spread));
      expect(
        only(markdown.rows.map((row) => row.slice(1).map(({ text }) => text.replaceAll('*', '')))),
      ).toEqual(wanted);
      const html = writeTable(table, 'html', spread);
      const htmlRows = html
        .slice(html.indexOf('<tbody>'), html.indexOf('</tbody>'))
        .split('\n')
        .slice(1, -1)
        .map((line) => [...line.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell]) => visible(cell)));
      expect(only(htmlRows)).toEqual(wanted);
      const text = writeTable(table, 'text', spread)
        .split('\n')
        .slice(1, table.rows.length + 1);
      expect(only(text.map((line) => line.split('\t').slice(1)))).toEqual(wanted);
    });

    it('is the same text each time', () => {
      for (const format of tableFormatSchema.options) {
        const again = writeTable(structuredClone(table), format, 'deviation');
        expect(again).toBe(writeTable(table, format, 'deviation'));
      }
    });
  });

  describe.each(hostileNames)('of a table that is named %j', (name) => {
    const table = hostileTable(name);
    const shown = name.replace(/\s+/g, ' ').trim();

    it('keeps the name out of the markup of HTML', () => {
      const html = writeTable(table, 'html', 'deviation');
      const tags = [...html.matchAll(/<\/?([a-z]+)/g)].map(([, tag]) => tag);
      const own = 'table caption colgroup thead tbody tfoot tr th td strong sup'.split(' ');
      expect(tags.filter((tag) => !own.includes(tag))).toEqual([]);
      expect(html).not.toMatch(/ style=| on[a-z]+="/);
      for (const [, head] of html.matchAll(/<th scope="row">(.*?)<\/th>/gs))
        expect(visible(head)).toBe(shown);
    });

    it('shows the name as it is in Markdown', () => {
      const text = writeTable(table, 'markdown', 'deviation');
      const { header, rows } = markdownTable(text);
      expect(header.map(({ tokens }) => visible(marked.Parser.parseInline(tokens)))).toEqual(
        Array(table.columns.length + 1).fill(shown),
      );
      expect(rows.map((row) => visible(marked.Parser.parseInline(row[0].tokens)))).toEqual([
        shown,
        shown,
        shown,
      ]);
      const kinds = marked.lexer(text).filter(({ type }) => type !== 'space');
      expect(kinds.map(({ type }) => type)).toEqual(['paragraph', 'table', 'paragraph', 'paragraph']);
      const html = marked.parse(text, { async: false });
      expect(html).not.toMatch(/<(?!\/?(?:p|table|thead|tbody|tr|th|td|strong)\b)/);
    });

    it('lets no cell of a spreadsheet be a formula or several', () => {
      const lines = readCsv(writeTable(table, 'csv', 'deviation'));
      const cell = /^[=+\-@]/.test(name) ? `'${name}` : name;
      expect(new Set(lines.map(({ row }) => row))).toEqual(new Set([cell]));
      const text = writeTable(table, 'text', 'deviation').split('\n').slice(0, 4);
      for (const line of text) {
        const cells = line.split('\t');
        expect(cells).toHaveLength(table.columns.length + 1);
        expect(cells[0]).toBe(/^[=+\-@]/.test(shown) ? `'${shown}` : shown);
      }
    });
  });
});

/** Tables of a benchmark, and the example. */
function tables(): TableDocument[] {
  const report = reportBenchmark(exampleBenchmark(), parseReferenceNumbers(published));
  return [exampleTable(), ...report.tables];
}
