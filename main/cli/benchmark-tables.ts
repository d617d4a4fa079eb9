import { describeSpread, formatCell, type SpreadKind, type TableDocument } from '#contract/table-document';
import { formatTable, type Output } from './output';

/**
 * Prints tables as text, or each as one JSON value with `--json`.
 *
 * @param spread what stands behind ±
 */
export function printBenchmarkTables(
  tables: readonly TableDocument[],
  output: Output,
  spread: SpreadKind = 'interval',
): void {
  for (const table of tables) {
    output.value(table);
    output.line();
    output.line(tableText(table, spread));
  }
}

/** Writes a table as text: its title, its caption with what stands behind ±, its rows, its footnotes. */
export function tableText(table: TableDocument, spread: SpreadKind = 'interval'): string {
  const caption = [table.caption, describeSpread(table, spread)].filter((text) => text !== '').join(' ');
  const rows = [
    [table.rowHead, ...table.columns.map(({ head }) => head)],
    ...table.rows.map(({ head, cells }) => [head, ...cells.map((cell) => formatCell(cell, spread))]),
  ];
  const footnotes = table.footnotes.map((text, index) => `[${index + 1}] ${text}`);
  return [table.title, caption, '', formatTable(rows), ...footnotes].join('\n');
}
