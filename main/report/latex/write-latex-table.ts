import {
  cellSubject,
  describeSpread,
  digitsOf,
  type SpreadKind,
  type Subject,
  type TableCell,
  type TableColumn,
  type TableDocument,
} from '#contract/table-document';
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
    ...row.cells.map((cell, c) => writeCell(cell, spread, isBest(table, row, c))),
  ]);
  const caption = [`${table.title}.`, table.caption, describeSpread(table, spread)]
    .filter((sentence) => sentence !== '')
    .map(escapeLatex)
    .join(' ');
  const head = [table.rowHead, ...columns.map((column) => column.head)].map(escapeLatex);
  return [
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${caption}}`,
    `  \\label{tab:${table.id.replace(/[^A-Za-z0-9:.-]/g, '-')}}`,
    `  \\begin{tabular}{l${columns.map((_, c) => (isText(rows.map(({ cells }) => cells[c])) ? 'l' : 'r')).join('')}}`,
    '    \\toprule',
    ...writeGroups(columns),
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
function writeGroups(columns: readonly TableColumn[]): string[] {
  const spans: { readonly name: string; readonly first: number; last: number }[] = [];
  columns.forEach(({ group }, c) => {
    const previous = spans.at(-1);
    if (previous?.name === group) previous.last = c;
    else spans.push({ name: group, first: c, last: c });
  });
  const shown = spans.filter(({ name, first, last }) => name !== '' && last > first);
  if (shown.length === 0) return [];
  const cells = spans.map((span) => {
    const width = span.last - span.first + 1;
    const name = shown.includes(span) ? escapeLatex(span.name) : '';
    return `\\multicolumn{${width}}{c}{${name}}`;
  });
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
          ({ value, confirmed, footnote }) =>
            `${value.toFixed(1)}\\textsuperscript{${confirmed ? '' : '\\dag\\,'}${footnote}}`,
        )
        .join(', ');
    case 'number': {
      const mean = printed(cell);
      const width = cell[spread];
      const bold = isBold ? `\\mathbf{${mean}}` : mean;
      return width === null ? `$${bold}$` : `$${bold} \\pm ${width.toFixed(digitsOf(cell.unit))}$`;
    }
  }
}

type NumberCell = Extract<TableCell, { kind: 'number' }>;

function printed(cell: NumberCell): string {
  return cell.value.toFixed(digitsOf(cell.unit));
}

/** Methods that compete; what is pre-trained or guessed is what they are compared with. */
const competing: readonly (Subject['method'] | undefined)[] = ['standard', 'posthoc', 'linear'];

/**
 * Whether a number is the best accuracy among methods: the lowest of a target, else the highest. Methods compete for
 * the same task under the same rule for α, whether they are rows or columns of the table.
 */
function isBest(table: TableDocument, row: TableDocument['rows'][number], c: number): boolean {
  const { measure } = table.columns[c];
  const cell = row.cells[c];
  if (measure === null || !isRival(table, row, c) || cell.kind !== 'number') return false;
  const contest = contestOf(table, row, c);
  const rivals = table.rows.flatMap((other) =>
    other.cells.flatMap((found, column) =>
      found.kind === 'number' && isRival(table, other, column) && contestOf(table, other, column) === contest
        ? [found.value]
        : [],
    ),
  );
  if (rivals.length < 2) return false;
  const best = measure === 'target' ? Math.min(...rivals) : Math.max(...rivals);
  return printed(cell) === printed({ ...cell, value: best });
}

function isRival(table: TableDocument, row: TableDocument['rows'][number], c: number): boolean {
  const cell = row.cells[c];
  return (
    cell.kind === 'number' &&
    cell.unit === 'percent' &&
    competing.includes(cellSubject(table, table.columns[c], row).method)
  );
}

/** What numbers must share to be compared. */
function contestOf(table: TableDocument, row: TableDocument['rows'][number], c: number): string {
  const { quantity, scalingRule = null, task = null } = cellSubject(table, table.columns[c], row);
  return JSON.stringify([quantity, scalingRule, task, table.columns[c].measure]);
}

function isText(cells: readonly TableCell[]): boolean {
  return (
    cells.every(({ kind }) => kind === 'text' || kind === 'empty') &&
    cells.some(({ kind }) => kind === 'text')
  );
}

function writeFootnotes(footnotes: readonly string[]): string[] {
  if (footnotes.length === 0) return [];
  const notes = footnotes.map((text, n) => `  \\textsuperscript{${n + 1}} ${escapeLatex(text)}`);
  // An empty line ends the paragraph of the table; the notes are one of their own, each on a line.
  return ['', '  \\smallskip\\footnotesize', notes.join('\\\\\n')];
}
