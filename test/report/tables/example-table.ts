import type { TableCell, TableDocument } from '#contract/table-document';

/** A number over seeds; its deviation is given, its interval is twice that. */
export function over(values: readonly number[], deviation: number | null = null): TableCell {
  const value = values.reduce((sum, number) => sum + number, 0) / values.length;
  const interval = deviation === null ? null : 2 * deviation;
  return {
    kind: 'number',
    value,
    unit: 'percent',
    count: values.length,
    deviation,
    interval,
    values: [...values],
  };
}

/** Two methods beside the pre-trained model, with a published number that was not confirmed. */
export function exampleTable(): TableDocument {
  const empty: TableCell = { kind: 'empty' };
  return {
    id: 'addition',
    title: 'Task addition',
    caption: 'Test accuracy in percent.',
    subject: { quantity: 'addition', task: null },
    rowHead: 'Method',
    columns: [
      { head: 'α rule', measure: null, group: '', subject: {} },
      { head: 'absolute', measure: 'absolute', group: 'ours', subject: {} },
      { head: 'normalized', measure: 'normalized', group: 'ours', subject: {} },
      { head: 'paper: absolute', measure: 'absolute', group: 'paper', subject: {} },
    ],
    rows: [
      {
        head: 'Pre-trained',
        subject: { method: 'pretrained' },
        cells: [empty, { ...over([48.25]), count: 0 } as TableCell, empty, empty],
      },
      {
        head: 'Non-linear FT',
        subject: { method: 'standard', scalingRule: 'tuned' },
        cells: [
          { kind: 'text', text: 'tuned' },
          over([70.1, 0.1 + 70.2], 0.141),
          over([79.96, 80.0], 0.03),
          { kind: 'reference', values: [{ value: 71.4, confirmed: false, footnote: 1 }] },
        ],
      },
      {
        head: 'Linear FT',
        subject: { method: 'linear', scalingRule: 'tuned' },
        cells: [
          { kind: 'text', text: 'tuned' },
          over([76.7, 76.9], 0.141),
          over([80.02, 80.0], 0.01),
          {
            kind: 'reference',
            values: [
              { value: 76.5, confirmed: true, footnote: 1 },
              { value: 76, confirmed: true, footnote: 2 },
            ],
          },
        ],
      },
    ],
    footnotes: ['Table 1.', 'Run again.'],
  };
}

/** The same with one name everywhere that people choose one. */
export function hostileTable(name: string): TableDocument {
  const table = exampleTable();
  return {
    ...table,
    title: name,
    caption: name,
    rowHead: name,
    columns: table.columns.map((column) => ({ ...column, head: name, group: name })),
    rows: table.rows.map((row) => ({
      ...row,
      head: name,
      cells: row.cells.map((cell) => (cell.kind === 'text' ? { kind: 'text', text: name } : cell)),
    })),
    footnotes: table.footnotes.map(() => name),
  };
}

/** Names that would be something else where they are not escaped. */
export const hostileNames = [
  '<script>alert(1)</script>',
  '<img src=x onerror="alert(1)">',
  '=cmd()|A0',
  '@SUM(1)',
  '-2+3',
  '\\input{/etc/passwd}',
  '50 % of A_1 & B_2 #3 ~ $x^2$',
  'a|b`c`|**d**|[e](https://f.example)',
  'one\n\n| two |\n<b>three</b>\r\nfour\tfive',
  '"quoted", \'both\'',
  '中文 é 🙂',
  '1. first',
  '# heading',
  'ends with \\',
];
