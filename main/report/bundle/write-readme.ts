import { escapeMarkdown } from '../markdown/escape-markdown';
import type { ContentItem } from '../report-content';
import { shortHash } from '../short-hash';
import type { BundleContents } from './bundle-contents';

type Shown = Extract<ContentItem, { kind: 'figure' | 'table' }>;

/** Writes what is in a bundle: its files, every figure and table with the runs that it is made of, and what is missing. */
export function writeReadme({ content, results, graph }: BundleContents): string {
  const { items } = content;
  const shown = items.filter((item): item is Shown => item.kind === 'figure' || item.kind === 'table');
  const gaps = items.filter((item) => item.kind === 'gap');
  const rows = [
    [
      'report.pdf, report.html, report.tex',
      'the report; the page needs no network, and "pdflatex -jobname paper report.tex" compiles the last in this folder',
    ],
    ['references.bib', 'what the report refers to, and the program itself'],
    ['figures/', 'every figure as SVG, PDF, LaTeX (pgfplots) and CSV'],
    ['tables/', 'every table as LaTeX (booktabs), Markdown, CSV, HTML and text'],
    ['data/', 'figures and tables as JSON, and of which runs each is made (origins.json)'],
    ...(results === null
      ? []
      : [
          ['data/results.json, data/results.csv', 'everything that was measured, one accuracy on each line'],
          ['data/reference/', 'the same in the layout of the reference implementation, seed by seed'],
        ]),
    ...(graph === null ? [] : [['specs/study.json', 'the study that makes the numbers again']]),
    ['specs/runs/', 'the specification of every run; the list with hashes is specs/runs.json'],
    ['environment.json', 'what the runs were computed with'],
    ['REPRODUCE.md', 'how to make the same numbers again'],
  ];
  return [
    `# ${escapeMarkdown(content.title)}`,
    '',
    ...(content.authors.trim() === '' ? [] : [escapeMarkdown(content.authors), '']),
    `Made by Tangent Workbench ${content.appVersion} from ${content.runs.length} runs, the newest of ${content.date}.`,
    '',
    '| file | what it is |',
    '| --- | --- |',
    ...rows.map(([file, what]) => `| ${file.replaceAll(/[^, ]+/g, '`$&`')} | ${what} |`),
    '',
    ...(shown.length === 0 ? [] : ['## Figures and tables', '', ...shown.flatMap(describeItem)]),
    ...(gaps.length === 0 ? [] : ['## What is missing', '']),
    ...gaps.map(({ title, reason, advice }) => `- ${[title, reason, advice].map(escapeMarkdown).join(': ')}`),
    ...(gaps.length === 0 ? [] : ['']),
  ].join('\n');
}

function describeItem({ kind, name, caption, origins }: Shown): string[] {
  const runs = origins.map(({ runId, specHash }) => `${runId} (${shortHash(specHash)})`);
  return [
    `### ${kind}s/${name}`,
    '',
    escapeMarkdown(caption),
    '',
    `Runs, with the beginning of the hash of their specification: ${runs.join(', ')}`,
    '',
  ];
}
