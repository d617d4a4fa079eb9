import type { TableFormat } from '#contract/report';
import type { SpreadKind, TableDocument } from '#contract/table-document';
import { writeLatexTable } from '../latex/write-latex-table';
import { writeCsvTable } from './write-csv-table';
import { writeHtmlTable } from './write-html-table';
import { writeMarkdownTable } from './write-markdown-table';
import { writeTextTable } from './write-text-table';

const writers: Readonly<Record<TableFormat, (table: TableDocument, spread: SpreadKind) => string>> = {
  latex: writeLatexTable,
  markdown: writeMarkdownTable,
  csv: writeCsvTable,
  html: writeHtmlTable,
  text: writeTextTable,
};

/**
 * Writes a table in one of the formats: the same numbers with the same decimals in all but `csv`, which has them as they
 * were computed. The same table gives the same text.
 *
 * @param table as a report has it
 * @param spread what stands behind ±
 */
export function writeTable(table: TableDocument, format: TableFormat, spread: SpreadKind): string {
  return writers[format](table, spread);
}
