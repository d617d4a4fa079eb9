import { describe, expect, it } from 'vitest';
import type { TableCell, TableDocument } from '#contract/table-document';
import { writeLatexTable } from '#report/latex/write-latex-table';

function mean(value: number, deviation: number | null = 0.25): TableCell {
  const count = deviation === null ? 1 : 3;
  return { kind: 'number', value, unit: 'percent', count, deviation, interval: deviation, values: [value] };
}

const empty: TableCell = { kind: 'empty' };

function exampleTable(): TableDocument {
  const column = (head: string, group: string, measure: 'target' | 'control' | 'absolute' | null) => ({
    head,
    group,
    measure,
    subject: {},
  });
  return {
    id: 'negation, 8 tasks',
    title: 'Task negation',
    caption: 'Accuracy on target & control, in %.',
    subject: { quantity: 'negation' },
    rowHead: 'Method',
    columns: [
      column('rule', '', null),
      column('ours', 'target', 'target'),
      column('paper', 'target', 'target'),
      column('ours', 'control', 'control'),
    ],
    rows: [
      { head: 'Pre-trained', subject: { method: 'pretrained' }, cells: [empty, mean(12), empty, mean(90)] },
      {
        head: 'Non-linear FT',
        subject: { method: 'standard' },
        cells: [
          { kind: 'text', text: 'tuned' },
          mean(20.04),
          { kind: 'reference', values: [{ value: 24, confirmed: false, footnote: 1 }] },
          mean(80.1),
        ],
      },
      {
        head: 'Linear FT',
        subject: { method: 'linear' },
        cells: [{ kind: 'text', text: 'tuned' }, mean(19.96), empty, mean(80.2, null)],
      },
    ],
    footnotes: ['Somebody et al., Table 2.', 'A_2'],
  };
}

describe('writeLatexTable', () => {
  it('writes a booktabs table with groups, spreads, sources, and the best of the methods in bold', () => {
    expect(writeLatexTable(exampleTable())).toBe(String.raw`\begin{table}
  \centering
  \caption{Task negation. Accuracy on target \& control, in \%. Mean over 1 to 3 seeds; \ensuremath{\pm} is the sample standard deviation.}
  \label{tab:negation--8-tasks}
  \begin{tabular}{llrrr}
    \toprule
    & \multicolumn{1}{c}{} & \multicolumn{2}{c}{target} & \multicolumn{1}{c}{} \\
    \cmidrule(lr){3-4}
    Method & rule & ours & paper & ours \\
    \midrule
    Pre-trained & -- & $12.0 \pm 0.3$ & -- & $90.0 \pm 0.3$ \\
    Non-linear FT & tuned & $\mathbf{20.0} \pm 0.3$ & 24.0\textsuperscript{\ensuremath{\dagger}\,1} & $80.1 \pm 0.3$ \\
    Linear FT & tuned & $\mathbf{20.0} \pm 0.3$ & -- & $\mathbf{80.2}$ \\
    \bottomrule
  \end{tabular}

  \smallskip\footnotesize
  \textsuperscript{1} Somebody et al., Table 2.\\
  \textsuperscript{2} A\_2
\end{table}
`);
  });

  it('compares methods under one rule for α alone, and also where they are columns', () => {
    const table = exampleTable();
    const [first, ...methods] = table.rows;
    const atOne = methods.map((row) => ({
      ...row,
      subject: { ...row.subject, scalingRule: 'one' as const },
    }));
    const tuned = methods.map((row) => ({
      ...row,
      subject: { ...row.subject, scalingRule: 'tuned' as const },
    }));
    const text = writeLatexTable({ ...table, rows: [first, ...tuned, atOne[0]] });
    expect(text.match(/mathbf/g)).toHaveLength(3);

    const column = (method: 'standard' | 'linear') => ({
      head: method,
      group: '',
      measure: 'absolute' as const,
      subject: { method },
    });
    const turned = writeLatexTable({
      ...table,
      columns: [column('standard'), column('linear')],
      rows: [
        { head: 'cars', subject: { task: 'cars' }, cells: [mean(90), mean(80)] },
        { head: 'signs', subject: { task: 'signs' }, cells: [mean(60), mean(70)] },
      ],
    });
    expect(turned).toContain(String.raw`cars & $\mathbf{90.0} \pm 0.3$ & $80.0 \pm 0.3$`);
    expect(turned).toContain(String.raw`signs & $60.0 \pm 0.3$ & $\mathbf{70.0} \pm 0.3$`);
  });

  it('gives the same bytes for the same table, and no bold where nothing competes', () => {
    const table = exampleTable();
    expect(writeLatexTable(table)).toBe(writeLatexTable(structuredClone(table)));
    const alone = { ...table, rows: table.rows.slice(0, 2) };
    expect(writeLatexTable(alone)).not.toContain('mathbf');
  });
});
