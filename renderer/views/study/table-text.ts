import { describeSpread, formatCell, type TableDocument } from '#contract/table-document';

/** A table's head and rows as they are shown. */
function linesOf({ rowHead, columns, rows }: TableDocument): string[][] {
  return [
    [rowHead, ...columns.map(({ head }) => head)],
    ...rows.map(({ head, cells }) => [head, ...cells.map((cell) => formatCell(cell, 'deviation'))]),
  ];
}

/** A table of a benchmark as tab-separated text, as it is shown. */
export function tableToText(table: TableDocument): string {
  return linesOf(table)
    .map((line) => line.join('\t'))
    .join('\n');
}

/** A table of a benchmark in Markdown, with its title, its caption and its sources. */
export function tableToMarkdown(table: TableDocument): string {
  const [head, ...rows] = linesOf(table).map(
    (line) => `| ${line.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
  return [
    `## ${table.title}`,
    '',
    head,
    `| --- |${table.columns.map(() => ' ---: |').join('')}`,
    ...rows,
    '',
    `${table.caption} ${describeSpread(table, 'deviation')}`.trim(),
    ...table.footnotes.map((note, index) => `\n[${index + 1}] ${note}`),
    '',
  ].join('\n');
}
