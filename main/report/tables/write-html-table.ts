import {
  formatCell,
  printNumber,
  printPublished,
  type SpreadKind,
  type TableCell,
  type TableDocument,
} from '#contract/table-document';
import { escapeHtml } from '../html/escape-html';
import { isBestCell } from './best-cell';
import { describeTable } from './describe-table';
import { isTextColumn } from './is-text-column';
import { spanColumns, type ColumnSpan } from './span-columns';

/**
 * Writes a table as an HTML element: caption, heads with their scope, the best of the methods in bold, and the sources of
 * published numbers in its foot. It has classes alone, no script and no style, so that the strictest page may hold it.
 *
 * @param table as a report has it
 * @param spread what stands behind ±
 * @param captionId of the element that has its caption; the table has its own unless it is said
 * @returns a `table` element
 */
export function writeHtmlTable(table: TableDocument, spread: SpreadKind, captionId?: string): string {
  const spans = spanColumns(table.columns);
  const body = table.rows.map((row) => {
    const cells = row.cells.map((cell, c) => {
      const kind = isTextColumn(table, c) ? 'text' : 'number';
      const isBest = isBestCell(table, row, c);
      return `<td class="${kind}${isBest ? ' best' : ''}">${writeCell(cell, spread, isBest)}</td>`;
    });
    return `    <tr><th scope="row">${escapeHtml(row.head)}</th>${cells.join('')}</tr>`;
  });
  return [
    ...(captionId === undefined
      ? ['<table class="results">', `  <caption>${escapeHtml(describeTable(table, spread))}</caption>`]
      : [`<table class="results" aria-labelledby="${escapeHtml(captionId)}">`]),
    `  <colgroup></colgroup>${spans.map(({ first, last }) => `<colgroup span="${last - first + 1}"></colgroup>`).join('')}`,
    '  <thead>',
    ...writeHeads(table, spans),
    '  </thead>',
    '  <tbody>',
    ...body,
    '  </tbody>',
    ...writeFoot(table),
    '</table>',
    '',
  ].join('\n');
}

/** One row of heads; two where some stand over several columns. */
function writeHeads(table: TableDocument, spans: readonly ColumnSpan[]): string[] {
  const isDeep = spans.some(({ name }) => name !== '');
  const tall = isDeep ? ' rowspan="2"' : '';
  const kindOf = (c: number): string => (isTextColumn(table, c) ? 'text' : 'number');
  const upper = spans.map(({ name, first, last, heads }) =>
    name === ''
      ? `<th scope="col" class="${kindOf(first)}"${tall}>${escapeHtml(heads[0])}</th>`
      : `<th scope="colgroup" colspan="${last - first + 1}">${escapeHtml(name)}</th>`,
  );
  const lower = spans.flatMap(({ name, first, heads }) =>
    name === ''
      ? []
      : heads.map((head, h) => `<th scope="col" class="${kindOf(first + h)}">${escapeHtml(head)}</th>`),
  );
  const corner = `<th scope="col"${tall}>${escapeHtml(table.rowHead)}</th>`;
  return [`    <tr>${corner}${upper.join('')}</tr>`, ...(isDeep ? [`    <tr>${lower.join('')}</tr>`] : [])];
}

function writeCell(cell: TableCell, spread: SpreadKind, isBest: boolean): string {
  if (cell.kind === 'reference') {
    return cell.values
      .map((found) => `${printPublished(found)}<sup>${found.confirmed ? '' : '† '}[${found.footnote}]</sup>`)
      .join(', ');
  }
  if (cell.kind !== 'number' || !isBest) return escapeHtml(formatCell(cell, spread));
  const { value, width } = printNumber(cell, spread);
  return width === null ? `<strong>${value}</strong>` : `<strong>${value}</strong> ± ${width}`;
}

function writeFoot({ columns, footnotes }: TableDocument): string[] {
  if (footnotes.length === 0) return [];
  const notes = footnotes.map(
    (note, n) => `    <tr><td colspan="${columns.length + 1}">[${n + 1}] ${escapeHtml(note)}</td></tr>`,
  );
  return ['  <tfoot>', ...notes, '  </tfoot>'];
}
