/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/**
 * Writes a Markdown table whose columns are padded, as a terminal needs it and prettier leaves it.
 *
 * @param columns the head
 * @param rows as many cells each as there are columns
 * @returns lines without a last line break
 */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(3, title.length, ...rows.map((row) => row[index].length)),
  );
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const pad = (cells: readonly string[]) =>
    line(
      cells.map((cell, index) =>
        columns[index].align === 'left' ? cell.padEnd(widths[index]) : cell.padStart(widths[index]),
      ),
    );
  const rule = columns.map(({ align }, index) =>
    align === 'left' ? '-'.repeat(widths[index]) : `${'-'.repeat(widths[index] - 1)}:`,
  );
  return [pad(columns.map(({ title }) => title)), line(rule), ...rows.map(pad)].join('\n');
}
