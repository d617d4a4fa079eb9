import { cellSubject, type TableCell, type TableDocument } from '#contract/table-document';
import { writeCsv, type CsvCell } from '../csv/write-csv';

const header = [
  'table',
  'row',
  'column',
  'quantity',
  'measure',
  'method',
  'alpha_rule',
  'task',
  'origin',
  'unit',
  'value',
  'deviation',
  'interval',
  'n',
  'text',
] as const;
type Line = Readonly<Partial<Record<(typeof header)[number], CsvCell>>>;

/**
 * Writes a table as tidy comma-separated values: a line for every number or text of ours (`origin` is `measured`) and for
 * every published number (`published` or `unconfirmed`, its source in `text`). Numbers are as they were computed, in
 * their unit: the mean, the sample deviation and half the 95 % interval over n seeds, and then the value of each seed in
 * a column of its own. Empty cells have no line.
 *
 * @param table as a report has it
 */
export function writeCsvTable(table: TableDocument): string {
  const most = Math.max(
    0,
    ...table.rows.flatMap(({ cells }) =>
      cells.map((cell) => (cell.kind === 'number' ? cell.values.length : 0)),
    ),
  );
  const places = Array.from({ length: most }, (_, place) => place);
  const lines = table.rows.flatMap((row) =>
    row.cells.flatMap((cell, c) => {
      const column = table.columns[c];
      const { quantity, method, scalingRule, task } = cellSubject(table, column, row);
      const about: Line = {
        table: table.id,
        row: row.head,
        column: column.head,
        quantity: quantity ?? null,
        measure: column.measure,
        method: method ?? null,
        alpha_rule: scalingRule ?? null,
        task: task ?? null,
      };
      const values = cell.kind === 'number' ? cell.values : [];
      return contentOf(cell, table.footnotes).map((content) => {
        const line = { ...about, ...content };
        return [
          ...header.map((name) => line[name] ?? null),
          ...places.map((place) => values.at(place) ?? null),
        ];
      });
    }),
  );
  return writeCsv([...header, ...places.map((place) => `value_${place + 1}`)], lines);
}

function contentOf(cell: TableCell, footnotes: readonly string[]): Line[] {
  switch (cell.kind) {
    case 'empty':
      return [];
    case 'text':
      return [{ origin: 'measured', text: cell.text }];
    case 'number': {
      const { value, unit, count, deviation, interval } = cell;
      return [{ origin: 'measured', unit, value, deviation, interval, n: count }];
    }
    case 'reference':
      return cell.values.map(({ value, confirmed, footnote }) => ({
        origin: confirmed ? 'published' : 'unconfirmed',
        unit: 'percent',
        value,
        text: footnotes[footnote - 1],
      }));
  }
}
