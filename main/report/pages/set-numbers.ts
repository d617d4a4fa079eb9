import { describeSpread, type SpreadKind } from '#contract/table-document';
import type { Origin } from '#contract/report';
import { fitTable, type FittedTable } from './fit-table';
import { heightOf } from './flow-strips';
import { raisedSize } from './measure-table';
import type { NumberedItem } from './number-items';
import { inks, pageFormat, type Typography } from './page-format';
import { setCaption, setOrigins } from './set-caption';
import { setParagraph } from './set-paragraph';
import { setTable } from './set-table';
import { movePart, type Bookmark, type Element, type Ink, type Strip } from './strip';
import { makeGrid } from './table-grid';

/** A table of a report. */
export type TableItem = Pick<
  Extract<NumberedItem, { kind: 'table' }>,
  'label' | 'table' | 'caption' | 'origins'
>;

/** Around a table with its caption and notes, in points. */
const spaceAround = 18;
/** Room for the number of a footnote, in points. */
const markWidth = 7;
/** Tables that are lower than this part of a page are not broken. */
const mostUnbroken = 0.55;

/**
 * Sets a table with its caption above it and notes below it. A long one is broken between rows, with its head again
 * on each page; one with too many columns is set in parts.
 */
export function setNumbers(
  item: TableItem,
  spread: SpreadKind,
  typography: Typography,
  runs: readonly Pick<Origin, 'runId'>[],
): Strip[] {
  const parts = fitTable(makeGrid(item.table, spread), typography.family);
  const caption = [item.caption, describeSpread(item.table, spread)].filter((text) => text !== '').join(' ');
  const name = item.label === '' ? item.table.title : item.label;
  return parts.flatMap((part, p) => {
    const isFirst = p === 0;
    const isLast = p === parts.length - 1;
    const { layout } = part;
    const width = pageFormat(layout).textWidth;
    const captionStrips = setCaption(
      item,
      isFirst ? item.table.title : `${item.table.title} (more columns)`,
      isFirst ? caption : '',
      typography,
      width,
    );
    const notes = isLast
      ? [
          ...setFootnotes(item.table.footnotes, typography, width),
          ...setOrigins(item.origins, runs, typography, width, true),
        ]
      : [];
    const [first, ...rest] = setPart(part, name, captionStrips, notes, typography);
    const title = item.label === '' ? item.table.title : `${item.label}. ${item.table.title}`;
    const bookmarks: Bookmark[] = isFirst ? [{ title, level: 2 }] : [];
    return [{ ...first, space: spaceAround, bookmarks }, ...rest];
  });
}

function setPart(
  part: FittedTable,
  name: string,
  caption: readonly Strip[],
  notes: readonly Strip[],
  { family, note }: Typography,
): Strip[] {
  const { layout } = part;
  const { textWidth, textHeight } = pageFormat(layout);
  const { head, rows } = setTable(part, { tag: 'Table', parent: null });
  const continued = setParagraph([{ text: `${name}, continued`, weight: 'italic' }], {
    ...note,
    family,
    width: textWidth,
    element: null,
    color: inks.grey,
    alignment: 'balanced',
  });
  const spacedHead = { ...head, space: 6 };
  const repeated = [...continued, spacedHead];
  const before = [...caption, spacedHead];
  const all = [...before, ...rows, ...notes.map((strip, n) => (n === 0 ? { ...strip, space: 6 } : strip))];
  const isWhole = heightOf(all) <= mostUnbroken * textHeight;
  return all.map((strip, s) => {
    const row = s - before.length;
    // The head stays with two rows, and two rows with the end.
    const mayBreak = row >= 1 && row < rows.length - 2 && !isWhole;
    const isLast = s === all.length - 1;
    return {
      ...strip,
      layout,
      isTied: !mayBreak && !isLast,
      float: isWhole && s === 0 ? 'table' : null,
      repeated: row >= 1 && row < rows.length ? repeated : [],
      spaceAfter: isLast ? spaceAround : strip.spaceAfter,
    };
  });
}

function setFootnotes(footnotes: readonly string[], { family, note }: Typography, width: number): Strip[] {
  const element: Element = { tag: 'Note', parent: null };
  const size = note.size + 0.75;
  return footnotes.flatMap((text, f) => {
    const strips = setParagraph([{ text, weight: 'regular' }], {
      size,
      leading: note.leading + 1,
      family,
      width: width - markWidth,
      element,
    });
    return strips.map((strip, s) => {
      const [part] = strip.parts.map((found) => movePart(found, markWidth, 0));
      const mark: Ink = {
        kind: 'text',
        x: 0,
        y: note.leading / 2 + 0.1 * size,
        text: String(f + 1),
        size: size * raisedSize,
        weight: 'regular',
        color: inks.text,
      };
      return { ...strip, parts: [{ element, inks: s === 0 ? [mark, ...part.inks] : part.inks }] };
    });
  });
}
