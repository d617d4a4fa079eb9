import { writeSvg } from '../drawing/write-svg';
import { writeFigureCsv } from '../figures/write-figure-csv';
import { escapeHtml } from '../html/escape-html';
import type { ReportContent } from '../report-content';
import { writeTable } from '../tables/write-table';
import { describeOrigins } from './describe-origins';
import { describeMaking } from './describe-making';
import { htmlStyle } from './html-style';
import { listRuns } from './list-runs';
import { numberItems, type NumberedItem } from './number-items';
import { endSentence } from './set-caption';

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
  return [
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
    ...writeContents(items),
    '<main id="content">',
    ...items.map((item) => writeItem(item, content)),
    ...writeProvenance(content),
    '</main>',
    '</body>',
    '</html>',
    '',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** Lists headings, with the figures and tables below them. */
function writeContents(items: readonly NumberedItem[]): string[] {
  const sections: { readonly head: string; readonly entries: string[] }[] = [{ head: '', entries: [] }];
  for (const item of items) {
    if (item.kind === 'text') {
      if (item.heading.trim() !== '') sections.push({ head: link(item.anchor, item.heading), entries: [] });
    } else {
      sections.at(-1)!.entries.push(link(item.anchor, titleOf(item)));
    }
  }
  sections.push({ head: link('provenance', makingTitle), entries: [] });
  const list = sections.flatMap(({ head, entries }) => {
    const lines = entries.map((entry) => `<li>${entry}</li>`);
    if (head === '') return lines;
    return [`<li>${head}${lines.length === 0 ? '' : `<ul>${lines.join('')}</ul>`}</li>`];
  });
  return [
    '<nav aria-labelledby="contents">',
    '<h2 id="contents">Contents</h2>',
    '<ul>',
    ...list,
    '</ul>',
    '</nav>',
  ];
}

function link(anchor: string, text: string): string {
  return `<a href="#${anchor}">${escapeHtml(text)}</a>`;
}

function writeItem(item: NumberedItem, content: ReportContent): string {
  switch (item.kind) {
    case 'text':
      return [
        item.heading.trim() === '' ? '' : `<h2 id="${item.anchor}">${escapeHtml(item.heading)}</h2>`,
        ...item.paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`),
      ]
        .filter((line) => line !== '')
        .join('\n');
    case 'gap':
      return [
        `<aside class="item gap" id="${item.anchor}" aria-label="Not shown: ${escapeHtml(item.title)}">`,
        `<p><strong>Not shown: ${escapeHtml(endSentence(item.title))}</strong></p>`,
        `<p>${escapeHtml(item.reason)}</p>`,
        item.advice === '' ? '' : `<p><em>${escapeHtml(item.advice)}</em></p>`,
        '</aside>',
      ].join('\n');
    case 'figure': {
      const { figure, caption } = item;
      const title = endSentence(titleOf(item));
      return [
        `<figure class="item" id="${item.anchor}">`,
        `<div class="canvas" role="img" aria-label="${escapeHtml(`${title} ${caption}`)}">`,
        writeSvg({ ...figure, caption }, content.style, item.width).trimEnd(),
        '</div>',
        `<figcaption class="caption"><strong>${escapeHtml(title)}</strong> ${escapeHtml(caption)}</figcaption>`,
        writeOrigins(item, content),
        writeFiles([dataLink(`${item.name}.csv`, 'text/csv', writeFigureCsv(figure), 'data as CSV')]),
        '</figure>',
      ].join('\n');
    }
    case 'table': {
      const { spread } = content;
      const table = { ...item.table, title: titleOf(item), caption: item.caption };
      return [
        `<div class="item" id="${item.anchor}">`,
        scroll(item.label, writeTable(table, 'html', spread).trimEnd()),
        writeOrigins(item, content),
        writeFiles([
          dataLink(`${item.name}.csv`, 'text/csv', writeTable(item.table, 'csv', spread), 'CSV'),
          dataLink(
            `${item.name}.tex`,
            'application/x-tex',
            writeTable({ ...item.table, caption: item.caption }, 'latex', spread),
            'LaTeX',
          ),
        ]),
        '</div>',
      ].join('\n');
    }
  }
}

/** Number and title of a piece. */
function titleOf(item: Exclude<NumberedItem, { kind: 'text' }>): string {
  switch (item.kind) {
    case 'figure':
      return `${item.label}. ${item.figure.title}`;
    case 'table':
      return `${item.label}. ${item.table.title}`;
    case 'gap':
      return `Not shown: ${item.title}`;
  }
}

/** What can be too wide is moved in a frame of its own, by keys too. */
function scroll(name: string, html: string): string {
  return `<div class="scroll" role="region" aria-label="${escapeHtml(name)}" tabindex="0">\n${html}\n</div>`;
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
    ...(runs.length === 0
      ? []
      : [
          `<div class="item runs">`,
          scroll('Runs', writeTable(listRuns(content), 'html', spread).trimEnd()),
          '</div>',
        ]),
    '</section>',
  ];
}
