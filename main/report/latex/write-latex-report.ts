import type { ContentItem, ReportContent } from '../report-content';
import { escapeLatex } from './escape-latex';
import { writeMaking } from './write-making';
import { writeOrigins } from './write-origins';
import { listReferences } from './references';

/**
 * Writes a report as an article that pdflatex compiles in the folder of its bundle: figures from
 * `figures/<name>.pdf`, or from `figures/<name>.tex` where a switch at its top is turned, and tables from
 * `tables/<name>.tex`. Figures and tables stay where they were put; nothing refers to a number, so that one run is
 * enough. The same content gives the same bytes.
 */
export function writeLatexReport(content: ReportContent): string {
  const { title, authors, date, items, appVersion } = content;
  return [
    `% ${escapeLatex(title)}`,
    `% Written by Tangent Workbench ${escapeLatex(appVersion)}. Compile with: pdflatex report.tex`,
    ...preamble(),
    '',
    '\\begin{document}',
    `\\title{${escapeLatex(title)}}`,
    `\\author{${escapeLatex(authors)}}`,
    `\\date{${escapeLatex(date)}}`,
    '\\maketitle',
    '',
    ...items.flatMap((item) => [...writeItem(item), '']),
    ...writeMaking(content),
    '',
    '% The same entries, for BibTeX, are in references.bib.',
    '\\begin{thebibliography}{9}',
    ...listReferences(appVersion).flatMap(({ key, fields }) => [
      `  \\bibitem{${key}}`,
      `  ${writeReference(fields)}`,
    ]),
    '\\end{thebibliography}',
    '\\end{document}',
    '',
  ].join('\n');
}

/** Packages and commands; pages are A4, and figures that are wider than the text stand out on both sides. */
function preamble(): string[] {
  return [
    '\\documentclass[10pt]{article}',
    '\\usepackage[a4paper,textwidth=165mm,textheight=247mm]{geometry}',
    '\\usepackage{booktabs}',
    '\\usepackage{float}',
    '\\usepackage{graphicx}',
    '',
    '% Figures as PDF files; for figures that can be changed by hand take the percent sign away.',
    '\\newif\\ifpgfplotsfigures',
    '% \\pgfplotsfigurestrue',
    '\\ifpgfplotsfigures',
    '  \\usepackage{pgfplots}',
    '  \\pgfplotsset{compat=1.18}',
    '\\fi',
    '\\graphicspath{{figures/}}',
    '',
    '% A figure, in the middle of the text even where it is wider, and never higher than a page.',
    '\\newcommand{\\reportfigure}[1]{\\makebox[\\linewidth][c]{%',
    '  \\resizebox*{!}{\\ifdim\\totalheight>0.8\\textheight 0.8\\textheight\\else\\totalheight\\fi}{%',
    '    \\ifpgfplotsfigures\\input{figures/#1.tex}\\else\\includegraphics{figures/#1.pdf}\\fi}}}',
    '% What stands below a table: each sets it anew.',
    '\\newcommand{\\tablenote}{}',
    '% A note in a frame, where a figure or a table is missing.',
    '\\newcommand{\\reportgap}[2]{\\par\\medskip\\noindent',
    '  \\fbox{\\parbox{\\dimexpr\\linewidth-2\\fboxsep-2\\fboxrule}{\\raggedright\\textbf{#1} #2}}\\par\\medskip}',
    '',
    '% Figures and tables stay where they were put.',
    '\\floatplacement{figure}{H}',
    '\\floatplacement{table}{H}',
    '\\setlength{\\belowcaptionskip}{5pt}',
    '\\setlength{\\emergencystretch}{3em}',
  ];
}

function writeItem(item: ContentItem): string[] {
  switch (item.kind) {
    case 'text':
      return [
        ...(item.heading === '' ? [] : [`\\section{${escapeLatex(item.heading)}}`]),
        item.paragraphs.map(escapeLatex).join('\n\n'),
      ];
    case 'figure': {
      const made = writeOrigins(item.origins);
      return [
        '\\begin{figure}',
        '  \\centering',
        `  \\reportfigure{${item.name}}`,
        `  \\caption{${escapeLatex(`${item.figure.title}. ${item.caption}`)}}`,
        `  \\label{fig:${item.name}}`,
        ...(made === '' ? [] : [`  {\\footnotesize ${made}\\par}`]),
        '\\end{figure}',
      ];
    }
    case 'table': {
      const made = writeOrigins(item.origins);
      const note = made === '' ? '' : `\\par\\smallskip{\\footnotesize ${made}\\par}`;
      return [`\\renewcommand{\\tablenote}{${note}}`, `\\input{tables/${item.name}.tex}`];
    }
    case 'gap':
      return [
        `\\reportgap{${escapeLatex(item.title)}}{${[item.reason, item.advice].map(escapeLatex).join(' ')}}`,
      ];
  }
}

function writeReference({
  author,
  title,
  booktitle,
  year,
  note,
}: Readonly<Partial<Record<string, string>>>): string {
  return [author?.replaceAll(' and ', ', '), title, booktitle && `${booktitle}, ${year}`, note]
    .filter((part) => part !== undefined)
    .map((part) => `${escapeLatex(part)}.`)
    .join(' ');
}
