import type { TableFormat } from '#contract/report';
import type { SpreadKind, TableDocument } from '#contract/table-document';

/**
 * Writes a table in one of the formats.
 *
 * @param table as a report has it
 * @param spread what stands behind ±
 */
export function writeTable(table: TableDocument, format: TableFormat, spread: SpreadKind): string {
  throw new Error(`Not made yet: ${table.id} ${format} ${spread}.`);
}
