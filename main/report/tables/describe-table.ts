import { describeSpread, type SpreadKind, type TableDocument } from '#contract/table-document';

/** The caption of a table as it is printed: its title, what its numbers are, and what stands behind ± over how many seeds. */
export function describeTable(table: TableDocument, spread: SpreadKind): string {
  return [`${table.title}.`, table.caption, describeSpread(table, spread)]
    .filter((sentence) => sentence !== '')
    .join(' ');
}
