import { formatCell, type SpreadKind, type TableDocument } from '#contract/table-document';
import { disarmFormula } from '../csv/disarm-formula';
import { describeTable } from './describe-table';

/**
 * Writes a table as tab-separated text for a spreadsheet, as it is shown; below it its caption and its sources.
 *
 * @param table as a report has it
 * @param spread what stands behind ±
 */
export function writeTextTable(table: TableDocument, spread: SpreadKind): string {
  const head = [table.rowHead, ...table.columns.map((column) => column.head)].map(writeText);
  const rows = table.rows.map((row) => [
    writeText(row.head),
    ...row.cells.map((cell) => (cell.kind === 'text' ? writeText(cell.text) : formatCell(cell, spread))),
  ]);
  const notes = table.footnotes.map((note, n) => `[${n + 1}] ${oneLine(note)}`);
  return [
    ...[head, ...rows].map((cells) => cells.join('\t')),
    '',
    writeText(describeTable(table, spread)),
    ...notes,
    '',
  ].join('\n');
}

function writeText(text: string): string {
  return disarmFormula(oneLine(text));
}

/** A tab or a line break would begin another cell. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
