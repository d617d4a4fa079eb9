import { disarmFormula } from './disarm-formula';

/** A cell: text as people wrote it, a number as it was computed, or nothing. */
export type CsvCell = string | number | null;

/**
 * Writes a table as comma-separated values (RFC 4180, but with line feeds): numbers with as few digits as give them
 * back exactly. No text is taken for a formula; see {@link disarmFormula}.
 *
 * @param header names of the columns
 * @param rows with a cell for each column
 */
export function writeCsv(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(writeCell).join(',')}\n`).join('');
}

function writeCell(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const harmless = disarmFormula(cell);
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
