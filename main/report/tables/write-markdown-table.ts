import {
  formatCell,
  printNumber,
  type SpreadKind,
  type TableCell,
  type TableDocument,
} from '#contract/table-document';
import { isBestCell } from './best-cell';
import { escapeMarkdown } from '../markdown/escape-markdown';
import { describeTable } from './describe-table';
import { isTextColumn } from './is-text-column';

/**
 * Writes a table in Markdown as GitHub has it: its caption, its rows with the best of the methods in bold, and its
 * sources. Names are shown as they are, whatever they hold.
 *
 * @param table as a report has it
 * @param spread what stands behind ±
 */
export function writeMarkdownTable(table: TableDocument, spread: SpreadKind): string {
  const { columns, rows } = table;
  const head = [table.rowHead, ...columns.map((column) => column.head)].map(escapeMarkdown);
  const rules = ['---', ...columns.map((_, c) => (isTextColumn(table, c) ? '---' : '---:'))];
  const body = rows.map((row) => [
    escapeMarkdown(row.head),
    ...row.cells.map((cell, c) => writeCell(cell, spread, isBestCell(table, row, c))),
  ]);
  return [
    escapeMarkdown(describeTable(table, spread)),
    '',
    ...[head, rules, ...body].map((cells) => `| ${cells.join(' | ')} |`),
    ...table.footnotes.flatMap((note, n) => ['', `\\[${n + 1}\\] ${escapeMarkdown(note)}`]),
    '',
  ].join('\n');
}

function writeCell(cell: TableCell, spread: SpreadKind, isBold: boolean): string {
  if (cell.kind !== 'number' || !isBold) return escapeMarkdown(formatCell(cell, spread));
  const { value, width } = printNumber(cell, spread);
  return width === null ? `**${value}**` : `**${value}** ± ${width}`;
}
