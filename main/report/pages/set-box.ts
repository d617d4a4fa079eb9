import { endSentence } from '#contract/end-sentence';
import type { ContentItem } from '../report-content';
import { inks, type Typography } from './page-format';
import { setParagraph, stackStrips } from './set-paragraph';
import { makeStrip, movePart, type Element, type Ink, type Strip } from './strip';

const padding = { x: 12, y: 9 };
const spaceAround = 14;

/** Sets a note in the place of what cannot be shown: why, and what to do. */
export function setGap(
  { title, reason, advice }: Extract<ContentItem, { kind: 'gap' }>,
  { family, caption }: Typography,
  width: number,
): Strip {
  const element: Element = { tag: 'Note', parent: null };
  const style = { ...caption, family, width: width - 2 * padding.x, element };
  const inside = stackStrips([
    ...setParagraph([{ text: `Not shown: ${endSentence(title)}`, weight: 'bold' }], style),
    ...setParagraph([{ text: reason, weight: 'regular' }], { ...style, space: 2 }),
    ...(advice === '' ? [] : setParagraph([{ text: advice, weight: 'italic' }], { ...style, space: 2 })),
  ]);
  const height = inside.height + 2 * padding.y;
  return makeStrip({
    height,
    space: spaceAround,
    spaceAfter: spaceAround,
    parts: [
      { element: null, inks: frame(width, height) },
      ...inside.parts.map((part) => movePart(part, padding.x, padding.y)),
    ],
  });
}

function frame(width: number, height: number): Ink[] {
  const line = { kind: 'box', fill: inks.grey } as const;
  const thin = 0.5;
  return [
    { kind: 'box', x: 0, y: 0, width, height, fill: inks.tint },
    { ...line, x: 0, y: 0, width, height: thin },
    { ...line, x: 0, y: height - thin, width, height: thin },
    { ...line, x: 0, y: 0, width: thin, height },
    { ...line, x: width - thin, y: 0, width: thin, height },
  ];
}

/** Sets commands on a tinted ground, each with its further lines moved to the right. */
export function setCommands(
  commands: readonly string[],
  { family, code }: Typography,
  width: number,
): Strip[] {
  const element: Element = { tag: 'Code', parent: null };
  const lines = commands.flatMap((text) =>
    setParagraph([{ text, weight: 'regular' }], {
      ...code,
      family,
      width: width - 2 * padding.x,
      element,
      hanging: 18,
    }),
  );
  return lines.map((strip, s) => {
    const above = s === 0 ? padding.y : 0;
    const below = s === lines.length - 1 ? padding.y : 0;
    const height = strip.height + above + below;
    return {
      ...strip,
      height,
      space: s === 0 ? 6 : 0,
      parts: [
        // A hair higher, so that no seam is seen between two.
        {
          element: null,
          inks: [{ kind: 'box', x: 0, y: 0, width, height: height + (below > 0 ? 0 : 0.2), fill: inks.tint }],
        },
        ...strip.parts.map((part) => movePart(part, padding.x, above)),
      ],
    };
  });
}
