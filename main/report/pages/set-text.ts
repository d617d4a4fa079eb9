import type { Typography } from './page-format';
import { setParagraph } from './set-paragraph';
import type { Element, Strip } from './strip';

/**
 * Sets a heading and paragraphs; the heading stays with what follows it.
 *
 * @param heading empty for none
 * @param width in points
 */
export function setText(
  heading: string,
  paragraphs: readonly string[],
  typography: Typography,
  width: number,
): Strip[] {
  return [
    ...(heading.trim() === '' ? [] : setHeading(heading, typography, width)),
    ...paragraphs.flatMap((text) => setBody(text, typography, width)),
  ];
}

/** Sets a heading that stays with what follows it. */
function setHeading(heading: string, { family, body }: Typography, width: number): Strip[] {
  const element: Element = { tag: 'H2', parent: null };
  const size = body.size * 1.3;
  const strips = setParagraph([{ text: heading, weight: 'bold' }], {
    size,
    leading: size * 1.25,
    family,
    width,
    element,
    space: 20,
  });
  return strips.map((strip, s) => ({
    ...strip,
    isTied: true,
    bookmarks: s === 0 ? [{ title: heading, level: 1 }] : [],
    spaceAfter: s === strips.length - 1 ? 5 : 0,
  }));
}

/** Sets a heading of lower rank that stays with what follows it. */
export function setSubheading(heading: string, { family, body }: Typography, width: number): Strip[] {
  const strips = setParagraph([{ text: heading, weight: 'bold' }], {
    ...body,
    family,
    width,
    element: { tag: 'H3', parent: null },
    space: 14,
  });
  return strips.map((strip) => ({ ...strip, isTied: true, spaceAfter: 3 }));
}

/** Sets a line of a list. */
export function setEntry(text: string, { family, body }: Typography, width: number): Strip[] {
  return setParagraph([{ text, weight: 'regular' }], {
    ...body,
    family,
    width,
    element: { tag: 'P', parent: null },
    hanging: 12,
  });
}

/** Sets a paragraph of the text. */
function setBody(text: string, { family, body }: Typography, width: number): Strip[] {
  return setParagraph([{ text, weight: 'regular' }], {
    ...body,
    family,
    width,
    element: { tag: 'P', parent: null },
    space: 6,
    alignment: 'justified',
  });
}
