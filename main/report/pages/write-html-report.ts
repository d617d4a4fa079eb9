import { endSentence } from '#contract/end-sentence';
import { writeSvg } from '../drawing/write-svg';
import { writeFigureCsv } from '../figures/write-figure-csv';
import { describeSpread, type SpreadKind, type TableDocument } from '#contract/table-document';
import { escapeHtml } from '../html/escape-html';
import type { ReportContent } from '../report-content';
import { writeHtmlTable } from '../tables/write-html-table';
import { writeTable } from '../tables/write-table';
import { describeOrigins } from './describe-origins';
import { describeMaking } from './describe-making';
import { htmlStyle } from './html-style';
import { listRuns } from './list-runs';
import { numberItems, type NumberedItem } from './number-items';
import { pairFigures, type FigureItem, type ItemRow } from './pair-figures';
import { titleItem } from './title-item';
import { writeContents } from './write-contents';

/** What a browser may do with a report: show it with its own style and images, and nothing else. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * Writes a report as one page that needs nothing beside it: no script, no file, no network. Figures are drawn in it, their
 * data and that of tables can be saved from it. The same content makes the same text.
 *
 * @param content with everything that is shown
 */
export function writeHtmlReport(content: ReportContent): string {
  const { title, authors, date, appVersion } = content;
  const items = numberItems(content.items);
  return joinLines([
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    authors.trim() === '' ? '' : `<meta name="author" content="${escapeHtml(authors)}">`,
    `<meta name="generator" content="Tangent Workbench ${escapeHtml(appVersion)}">`,
    `<title>${escapeHtml(title)}</title>`,
    `<style>${htmlStyle}</style>`,
    '</head>',
    '<body>',
    '<a class="skip" href="#content">Skip the contents</a>',
    '<header>',
    `<h1>${escapeHtml(title)}</h1>`,
    authors.trim() === '' ? '' : `<p class="authors">${escapeHtml(authors)}</p>`,
    `<p class="about"><time datetime="${escapeHtml(date)}">${escapeHtml(date)}</time> · Tangent Workbench ${escapeHtml(appVersion)}</p>`,
    '</header>',
    ...writeContents(items, { anchor: 'provenance', title: makingTitle }),
    '<main id="content">',
    ...pairFigures(items).map((row) => writeRow(row, content)),
    ...writeProvenance(content),
    '</main>',
    '</body>',
    '</html>\n',
  ]);
}

function writeRow(row: ItemRow, content: ReportContent): string {
  switch (row.kind) {
    case 'figures': {
      const figures = row.figures.map((item) => writeFigure(item, content));
      return figures.length === 1 ? figures[0] : ['<div class="pair">', ...figures, '</div>'].join('\n');
    }
    case 'table':
      return writeNumbers(row, content);
    case 'text':
      return joinLines([
        row.heading.trim() === '' ? '' : `<h2 id="${row.anchor}">${escapeHtml(row.heading)}</h2>`,
        ...row.paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`),
      ]);
    case 'gap':
      return joinLines([
        `<aside class="item gap" id="${row.anchor}" aria-label="${escapeHtml(titleItem(row))}">`,
        `<p><strong>${escapeHtml(endSentence(titleItem(row)))}</strong></p>`,
        `<p>${escapeHtml(row.reason)}</p>`,
        row.advice === '' ? '' : `<p><em>${escapeHtml(row.advice)}</em></p>`,
        '</aside>',
      ]);
  }
}

function writeFigure(item: FigureItem, content: ReportContent): string {
  const { figure, caption, anchor, name, width } = item;
  const title = endSentence(titleItem(item));
  return joinLines([
    `<figure class="item ${width}" id="${anchor}">`,
    `<div class="canvas" role="img" aria-label="${escapeHtml(`${title} ${caption}`)}">`,
    writeSvg({ ...figure, caption }, content.style, width).trimEnd(),
    '</div>',
    `<figcaption><strong>${escapeHtml(title)}</strong> ${escapeHtml(caption)}</figcaption>`,
    writeOrigins(item, content),
    writeFiles([dataLink(`${name}.csv`, 'text/csv', writeFigureCsv(figure), 'data as CSV')]),
    '</figure>',
  ]);
}

function writeNumbers(item: Extract<NumberedItem, { kind: 'table' }>, content: ReportContent): string {
  const { anchor, name } = item;
  const { spread } = content;
  const table = { ...item.table, caption: item.caption };
  return joinLines([
    ...writeTableFigure(anchor, titleItem(item), table, spread),
    writeOrigins(item, content),
    writeFiles([
      dataLink(`${name}.csv`, 'text/csv', writeTable(table, 'csv', spread), 'CSV'),
      dataLink(`${name}.tex`, 'application/x-tex', writeTable(table, 'latex', spread), 'LaTeX'),
    ]),
    '</figure>',
  ]);
}

/** Begins a figure with a table in it; what is too wide is moved in a frame of its own, by keys too. */
function writeTableFigure(anchor: string, title: string, table: TableDocument, spread: SpreadKind): string[] {
  const captionId = `${anchor}-caption`;
  const words = [table.caption, describeSpread(table, spread)].filter((text) => text !== '').join(' ');
  return [
    `<figure class="item" id="${anchor}">`,
    `<figcaption id="${captionId}"><strong>${escapeHtml(endSentence(title))}</strong> ${escapeHtml(words)}</figcaption>`,
    `<div class="scroll" role="region" aria-labelledby="${captionId}" tabindex="0">`,
    writeHtmlTable(table, spread, captionId).trimEnd(),
    '</div>',
  ];
}

function joinLines(lines: readonly string[]): string {
  return lines.filter((line) => line !== '').join('\n');
}

function writeOrigins(
  { origins }: Extract<NumberedItem, { kind: 'figure' | 'table' }>,
  { runs }: ReportContent,
): string {
  const text = describeOrigins(origins, runs);
  return text === '' ? '' : `<p class="origins">${escapeHtml(text)}</p>`;
}

function writeFiles(links: readonly string[]): string {
  return `<p class="files">Save ${links.join(' or ')}</p>`;
}

/** Links to a file that lies in the link itself. */
function dataLink(name: string, mediaType: string, content: string, text: string): string {
  const data = Buffer.from(content, 'utf8').toString('base64');
  return `<a download="${escapeHtml(name)}" href="data:${mediaType};charset=utf-8;base64,${data}">${escapeHtml(text)}</a>`;
}

const makingTitle = 'How this was made';

function writeProvenance(content: ReportContent): string[] {
  const { runs, environment, commands, spread } = content;
  const listed = listRuns(content);
  return [
    '<section id="provenance">',
    `<h2>${makingTitle}</h2>`,
    `<p>${escapeHtml(describeMaking(content))}</p>`,
    ...(environment.length === 0
      ? []
      : [
          '<h3>Computed with</h3>',
          `<ul class="environment">${environment.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`,
        ]),
    ...(commands.length === 0
      ? []
      : [
          '<h3>Commands that make the same numbers again</h3>',
          `<pre tabindex="0"><code>${escapeHtml(commands.join('\n'))}</code></pre>`,
        ]),
    ...(runs.length === 0 ? [] : [...writeTableFigure('runs', listed.title, listed, spread), '</figure>']),
    '</section>',
  ];
}
