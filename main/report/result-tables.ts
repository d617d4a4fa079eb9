import type { BenchmarkSummary } from '#contract/benchmark-summary';
import type { TableDocument } from '#contract/table-document';
import { additionTable, negationTable, randomInitTable } from './edit-tables';
import { addReferenceColumns, type ModelReference } from './reference-numbers';
import { additionCurveTable, negationCurveTable } from './curve-tables';
import { addedTable, advantageTable, negatedTable, singleTaskTable } from './task-tables';

/**
 * Makes the tables of a benchmark that there are results for: addition (Table 1 of arXiv 2305.12827),
 * negation (Table 2), random initialisation (Table 3), every task on its own and in the sum, and the
 * non-linear advantage (Figs. 2 and 5), and validation accuracy against α. Absolute and normalised accuracy always stand together.
 *
 * @param reference published numbers to put beside them; null for none
 */
export function resultTables(
  summary: BenchmarkSummary,
  reference: ModelReference | null = null,
): TableDocument[] {
  const { methods, advantages, randomInit } = summary;
  const hasAddition = methods.some(({ addition }) => addition !== null);
  const hasAtOne = methods.some(({ addition }) => addition !== null && addition.atOne !== null);
  const hasNegation = methods.some(({ negation }) => negation !== null);
  const tables = [
    hasAddition && additionTable(summary),
    hasNegation && negationTable(summary),
    methods.length > 0 && singleTaskTable(summary),
    hasAddition && addedTable(summary, 'tuned'),
    hasAtOne && addedTable(summary, 'one'),
    hasNegation && negatedTable(summary),
    randomInit.methods.length > 0 && randomInitTable(summary),
    advantages.length > 0 && advantageTable(summary),
    hasAddition && additionCurveTable(summary),
    hasNegation && negationCurveTable(summary),
  ].filter((table) => table !== false);
  return reference === null ? tables : tables.map((table) => addReferenceColumns(table, reference));
}
