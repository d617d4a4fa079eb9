import type { ContentItem, ReportContent } from '../report-content';
import { escapeLatex } from './escape-latex';
import { escapeLatexCode } from './escape-latex-code';
import { areMany, listOrigins, writeHash } from './write-origins';

/** Rows that stay together on a page. */
const ROWS = 8;

/** Writes how a report was made: its runs, what they were computed with, and the commands that make it again. */
export function writeMaking({ runs, environment, commands, items, appVersion }: ReportContent): string[] {
  return [
    '\\section{How this was made}',
    `Everything here was computed and written by Tangent Workbench ${escapeLatex(appVersion)}.`,
    'The folder of this report holds the numbers behind every figure and table, and the specs of all runs.',
    '',
    ...writeRuns(runs),
    ...writeManyOrigins(items),
    ...(environment.length === 0
      ? []
      : [
          '\\subsection*{Computed with}',
          '% Text has its bullet in a font that not every TeX has as outlines.',
          '\\renewcommand{\\labelitemi}{$\\bullet$}',
          '\\begin{itemize}',
          ...environment.map((line) => `  \\item ${escapeLatex(line)}`),
          '\\end{itemize}',
        ]),
    ...(commands.length === 0
      ? []
      : [
          '\\subsection*{Make it again}',
          'These commands, in the folder of this report, make the same numbers again.',
          '\\begin{flushleft}\\small',
          ...commands.map((command) => `  \\texttt{${escapeLatexCode(command)}}\\par`),
          '\\end{flushleft}',
        ]),
  ];
}

function writeRuns(runs: ReportContent['runs']): string[] {
  if (runs.length === 0) return [];
  const rows = runs.map(({ runId, specHash, kind, seed, elapsedMs, title }) => {
    const cells = [
      `\\texttt{${escapeLatex(runId)}}`,
      writeHash(specHash),
      escapeLatex(kind),
      `\\hfill ${seed === null ? '--' : String(seed)}`,
      `\\hfill ${(elapsedMs / 1000).toFixed(1)}`,
      `\\raggedright ${escapeLatex(title)}`,
    ];
    return `  ${cells.join(' & ')} \\tabularnewline`;
  });
  const blocks: string[] = [];
  for (let start = 0; start < rows.length; start += ROWS) {
    blocks.push(
      '\\noindent\\begin{tabular}{@{}p{15mm}p{20mm}p{27mm}p{8mm}p{13mm}p{60mm}@{}}',
      ...(start === 0
        ? ['  \\toprule', '  Run & Spec & Kind & \\hfill Seed & \\hfill Time, s & Title \\\\', '  \\midrule']
        : []),
      ...rows.slice(start, start + ROWS),
      ...(start + ROWS >= rows.length ? ['  \\bottomrule'] : []),
      '\\end{tabular}\\par\\nointerlineskip',
    );
  }
  return [
    '\\subsection*{Runs}',
    '% One table in pieces, so that pages may end between them.',
    '{\\footnotesize',
    ...blocks,
    '}\\medskip',
    '',
  ];
}

/** Lists the runs behind each figure and table that are too many to stand below it. */
function writeManyOrigins(items: readonly ContentItem[]): string[] {
  const lines = items.flatMap((item) => {
    if ((item.kind !== 'figure' && item.kind !== 'table') || !areMany(item.origins)) return [];
    const file = escapeLatexCode(`${item.kind}s/${item.name}`);
    return [`\\texttt{${file}}: ${listOrigins(item.origins)}.\\par`];
  });
  if (lines.length === 0) return [];
  return [
    '\\subsection*{Runs behind figures and tables}',
    '\\begin{flushleft}\\footnotesize',
    ...lines,
    '\\end{flushleft}',
  ];
}
