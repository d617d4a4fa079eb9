import type { ContentItem, ReportContent } from '../report-content';
import { escapeLatex } from './escape-latex';
import { escapeLatexCode } from './escape-latex-code';
import { areMany, listOrigins, writeHash } from './write-origins';

/** Rows that stay together on a page. */
const ROWS = 40;

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
  const lines = ['\\subsection*{Runs}'];
  for (let start = 0; start < runs.length; start += ROWS) {
    lines.push(
      '\\par\\noindent{\\footnotesize',
      '\\begin{tabular}{@{}p{15mm}p{20mm}p{27mm}rrp{60mm}@{}}',
      '  \\toprule',
      '  Run & Spec & Kind & Seed & Time, s & Title \\\\',
      '  \\midrule',
      ...runs.slice(start, start + ROWS).map(({ runId, specHash, kind, seed, elapsedMs, title }) => {
        const cells = [
          `\\texttt{${escapeLatex(runId)}}`,
          writeHash(specHash),
          escapeLatex(kind),
          seed === null ? '--' : String(seed),
          (elapsedMs / 1000).toFixed(1),
          `\\raggedright ${escapeLatex(title)}`,
        ];
        return `  ${cells.join(' & ')} \\tabularnewline`;
      }),
      '  \\bottomrule',
      '\\end{tabular}\\par}\\medskip',
      '',
    );
  }
  return lines;
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
