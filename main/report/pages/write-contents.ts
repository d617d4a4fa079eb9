import { escapeHtml } from '../html/escape-html';
import type { NumberedItem } from './number-items';
import { titleItem } from './title-item';

/**
 * Writes the table of contents of a page: headings, with the figures and tables below them.
 *
 * @param last place and title of what follows all pieces
 */
export function writeContents(
  items: readonly NumberedItem[],
  last: { readonly anchor: string; readonly title: string },
): string[] {
  const sections: { readonly head: string; readonly entries: string[] }[] = [{ head: '', entries: [] }];
  for (const item of items) {
    if (item.kind !== 'text') sections.at(-1)!.entries.push(link(item.anchor, titleItem(item)));
    else if (item.heading.trim() !== '')
      sections.push({ head: link(item.anchor, item.heading), entries: [] });
  }
  sections.push({ head: link(last.anchor, last.title), entries: [] });
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
