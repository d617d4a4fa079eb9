import type { Origin } from '#contract/report';
import {
  formatCell,
  printNumber,
  printPublished,
  type SpreadKind,
  type TableCell,
  type TableDocument,
} from '#contract/table-document';
import { isBestCell } from '../tables/best-cell';
import { describeTable } from '../tables/describe-table';
import { isTextColumn } from '../tables/is-text-column';
import { spanColumns, type ColumnSpan } from '../tables/span-columns';
import { escapeLatex } from './escape-latex';

/** What else is said about a table. */
export interface LatexTableOptions {
  /** In place of the table's own caption; title and spread are said all the same. */
  readonly caption?: string;
  /** What `\ref` finds it by; `tab:` and its id if it is left out. */
  readonly label?: string;
  /** Runs that it was made of: a comment names their specifications, which are the same on every machine. */
  readonly origins?: readonly Origin[];
}

/** More rows than these do not fit a page. */
const ROWS = 40;
/** Width of the text of an article with letters of 10 pt, and of one of its letters with a little room, in points. */
const TEXT_WIDTH = 345;
const LETTER_WIDTH = 5;
/** Texts of more letters than these stand on several lines in a wide table. */
const LONG = 28;
/** Between columns, in points. */
const COLUMN_GAP = 12;

/** Where whoever includes a table may add a note of their own: a report adds the runs, whose names are others elsewhere. */
const NOTE_HOOK = '  \\providecommand{\\tablenote}{}\\tablenote';

/**
 * Writes a table for a paper: booktabs, and graphicx only for a table so wide that it may have to be made smaller,
 * which a comment says. The mean of each number stands with its spread; the best of the methods is bold, and every
 * other one that is printed as the same number; published numbers carry the number of their source, and † where they
 * were not confirmed. A table that is longer than a page comes in parts. The same table gives the same bytes.
 *
 * @param table as a report has it
 * @param spread what stands behind ±; the caption says it, with the number of seeds
 * @returns a `table` environment, or several
 */
export function writeLatexTable(
  table: TableDocument,
  spread: SpreadKind = 'deviation',
  options: LatexTableOptions = {},
): string {
  const { columns, rows, footnotes } = table;
  const isWide = estimateWidth(table, spread) > TEXT_WIDTH;
  const writeText = (text: string) => (isWide ? breakLong(text) : escapeLatex(text));
  const body = rows.map((row) => [
    writeText(row.head),
    ...row.cells.map((cell, c) =>
      cell.kind === 'text' ? writeText(cell.text) : writeCell(cell, spread, isBestCell(table, row, c)),
    ),
  ]);
  const caption = escapeLatex(describeTable({ ...table, caption: options.caption ?? table.caption }, spread));
  const label = options.label ?? `tab:${table.id.replace(/[^A-Za-z0-9:.-]/g, '-')}`;
  const spans = spanColumns(columns);
  const head = [table.rowHead, ...spans.flatMap(({ heads }) => heads)].map(writeText);
  const partCount = Math.max(1, Math.ceil(rows.length / ROWS));
  const specs = [...new Set((options.origins ?? []).map(({ specHash }) => specHash))];
  const parts = Array.from({ length: partCount }, (_, part) => [
    '\\begin{table}',
    ...(part === 0 ? [] : ['  \\addtocounter{table}{-1}']),
    '  \\centering',
    `  \\caption{${caption}${partCount === 1 ? '' : ` (Part ${part + 1} of ${partCount})`}}`,
    ...(part === 0 ? [`  \\label{${label}}`] : []),
    ...(isWide
      ? [
          '  % A wide table: columns stand closer, and what is wider than the text is made smaller (\\usepackage{graphicx}).',
          '  \\setlength{\\tabcolsep}{4pt}%',
          '  \\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%',
        ]
      : []),
    `  \\begin{tabular}{l${columns.map((_column, c) => (isTextColumn(table, c) ? 'l' : 'r')).join('')}}`,
    '    \\toprule',
    ...writeGroups(spans),
    `    ${head.join(' & ')} \\\\`,
    '    \\midrule',
    ...body.slice(part * ROWS, (part + 1) * ROWS).map((cells) => `    ${cells.join(' & ')} \\\\`),
    '    \\bottomrule',
    `  \\end{tabular}${isWide ? '}' : ''}`,
    ...(part === partCount - 1
      ? [...writeNotes(footnotes), ...(options.origins === undefined ? [] : [NOTE_HOOK])]
      : []),
    '\\end{table}',
    '',
  ]);
  const comment =
    specs.length === 0
      ? []
      : ['% Made from runs of these specifications:', ...specs.map((hash) => `% ${hash}`)];
  return [...comment, ...parts.flat()].join('\n');
}

/** Writes a text on several lines where it is long. */
function breakLong(text: string): string {
  const written = escapeLatex(text);
  if (text.length <= LONG) return written;
  return `\\parbox[t]{${LONG * LETTER_WIDTH}pt}{\\raggedright\\strut ${written}\\strut}`;
}

/** Estimates how wide a table is, in points. */
function estimateWidth({ rowHead, columns, rows }: TableDocument, spread: SpreadKind): number {
  const widths = [
    Math.max(rowHead.length, ...rows.map(({ head }) => head.length)),
    ...columns.map(({ head }, c) =>
      Math.max(head.length, ...rows.map(({ cells }) => formatCell(cells[c], spread).length)),
    ),
  ];
  return widths.reduce((sum, letters) => sum + letters * LETTER_WIDTH + COLUMN_GAP, 0);
}

/** Heads that stand over several columns, with rules below them; nothing where every column stands alone. */
function writeGroups(spans: readonly ColumnSpan[]): string[] {
  const shown = spans.filter(({ name }) => name !== '');
  if (shown.length === 0) return [];
  const cells = spans.map(
    ({ name, first, last }) => `\\multicolumn{${last - first + 1}}{c}{${escapeLatex(name)}}`,
  );
  // The first column, which names the rows, is column 1.
  const rules = shown.map(({ first, last }) => `\\cmidrule(lr){${first + 2}-${last + 2}}`);
  return [`    & ${cells.join(' & ')} \\\\`, `    ${rules.join(' ')}`];
}

function writeCell(cell: Exclude<TableCell, { kind: 'text' }>, spread: SpreadKind, isBold: boolean): string {
  switch (cell.kind) {
    case 'empty':
      return '--';
    case 'reference':
      return cell.values
        .map(
          (found) =>
            `${printPublished(found)}\\textsuperscript{${found.confirmed ? '' : '\\ensuremath{\\dagger}\\,'}${found.footnote}}`,
        )
        .join(', ');
    case 'number': {
      const { value, width } = printNumber(cell, spread);
      const bold = isBold ? `\\mathbf{${value}}` : value;
      return width === null ? `$${bold}$` : `$${bold} \\pm ${width}$`;
    }
  }
}

function writeNotes(footnotes: readonly string[]): string[] {
  if (footnotes.length === 0) return [];
  const notes = footnotes.map((text, n) => `  \\textsuperscript{${n + 1}} ${escapeLatex(text)}`);
  // An empty line ends the paragraph of the table; the notes are one of their own, each on a line.
  return ['', '  \\smallskip\\footnotesize', notes.join('\\\\\n')];
}
