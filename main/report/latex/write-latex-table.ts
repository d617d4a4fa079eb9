import {
  printNumber,
  printPublished,
  type SpreadKind,
  type TableCell,
  type TableDocument,
} from '#contract/table-document';
import { isBestCell } from '../tables/best-cell';
import { describeTable } from '../tables/describe-table';
import { isTextColumn } from '../tables/is-text-column';
import { spanColumns, type ColumnSpan } from '../tables/span-columns';
import { escapeLatex } from './escape-latex';

/**
 * Writes a table for a paper: booktabs, with the package of that name alone. The mean of each number stands with its
 * spread; the best of the methods is bold, and every other one that is printed as the same number; published
 * numbers carry the number of their source, and † where they were not confirmed. The same table gives the same bytes.
 *
 * @param table as a report has it
 * @param spread what stands behind ±; the caption says it, with the number of seeds
 * @returns a `table` environment
 */
export function writeLatexTable(table: TableDocument, spread: SpreadKind = 'deviation'): string {
  const { columns, rows } = table;
  const body = rows.map((row) => [
    escapeLatex(row.head),
    ...row.cells.map((cell, c) => writeCell(cell, spread, isBestCell(table, row, c))),
  ]);
  const caption = escapeLatex(describeTable(table, spread));
  const spans = spanColumns(columns);
  const head = [table.rowHead, ...spans.flatMap(({ heads }) => heads)].map(escapeLatex);
  return [
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${caption}}`,
    `  \\label{tab:${table.id.replace(/[^A-Za-z0-9:.-]/g, '-')}}`,
    `  \\begin{tabular}{l${columns.map((_, c) => (isTextColumn(table, c) ? 'l' : 'r')).join('')}}`,
    '    \\toprule',
    ...writeGroups(spans),
    `    ${head.join(' & ')} \\\\`,
    '    \\midrule',
    ...body.map((cells) => `    ${cells.join(' & ')} \\\\`),
    '    \\bottomrule',
    '  \\end{tabular}',
    ...writeFootnotes(table.footnotes),
    '\\end{table}',
    '',
  ].join('\n');
}

/** Heads that stand over several columns, with rules below them; nothing where every column stands alone. */
function writeGroups(spans: readonly ColumnSpan[]): string[] {
  const shown = spans.filter(({ name }) => name !== '');
  if (shown.length === 0) return [];
  const cells = spans.map(
    ({ name, first, last }) => `\\multicolumn{${last - first + 1}}{c}{${escapeLatex(name)}}`,
  );
  // The first column, which names the rows, is column 1.
  const rules = shown.map(({ first, last }) => `\\cmidrule(lr){${first + 2}-${last + 2}}`);
  return [`    & ${cells.join(' & ')} \\\\`, `    ${rules.join(' ')}`];
}

function writeCell(cell: TableCell, spread: SpreadKind, isBold: boolean): string {
  switch (cell.kind) {
    case 'text':
      return escapeLatex(cell.text);
    case 'empty':
      return '--';
    case 'reference':
      return cell.values
        .map(
          (found) =>
            `${printPublished(found)}\\textsuperscript{${found.confirmed ? '' : '\\dag\\,'}${found.footnote}}`,
        )
        .join(', ');
    case 'number': {
      const { value, width } = printNumber(cell, spread);
      const bold = isBold ? `\\mathbf{${value}}` : value;
      return width === null ? `$${bold}$` : `$${bold} \\pm ${width}$`;
    }
  }
}

function writeFootnotes(footnotes: readonly string[]): string[] {
  if (footnotes.length === 0) return [];
  const notes = footnotes.map((text, n) => `  \\textsuperscript{${n + 1}} ${escapeLatex(text)}`);
  // An empty line ends the paragraph of the table; the notes are one of their own, each on a line.
  return ['', '  \\smallskip\\footnotesize', notes.join('\\\\\n')];
}
