import { measureText, type FontFamily } from '../drawing/fonts';
import { breakLines, type Line, type Run } from './break-lines';
import { inks, type TextSize } from './page-format';
import { makeStrip, type Element, type Ink, type Strip } from './strip';

/** How a paragraph is set; what is left out is as usual. */
export interface ParagraphStyle extends TextSize {
  readonly family: FontFamily;
  /** In points. */
  readonly width: number;
  readonly element: Element | null;
  readonly color?: string;
  /** Above it, in points. */
  readonly space?: number;
  /** `balanced`: at the left, but a single line in the middle. */
  readonly alignment?: 'left' | 'justified' | 'balanced';
  /** How far all lines but the first are moved to the right, in points. */
  readonly hanging?: number;
}

/** How much wider a space may become so that both ends of lines are flush, as a part of the size of the letters. */
const mostStretch = 0.45;

/** Sets text in lines, each a strip; the first two and the last two stay together. */
export function setParagraph(runs: readonly Run[], style: ParagraphStyle): Strip[] {
  const { size, leading, family, width, space = 0, hanging = 0, element, alignment = 'left' } = style;
  const lines = breakLines(runs, family, size, width - hanging);
  return lines.map((line, l) => {
    const isLast = l === lines.length - 1;
    const spacing = alignment === 'justified' && !isLast ? stretch(line, size, width) : 0;
    const isCentered = alignment === 'balanced' && lines.length === 1;
    const x = isCentered ? (width - line.width) / 2 : l === 0 ? 0 : hanging;
    return makeStrip({
      height: leading,
      space: l === 0 ? space : 0,
      parts: [{ element, inks: setLine(line, x, style, spacing) }],
      isTied: !isLast && (l === 0 || l === lines.length - 2),
    });
  });
}

function stretch({ width, spaces }: Line, size: number, limit: number): number {
  const spacing = spaces === 0 ? 0 : (limit - width) / spaces;
  return spacing > mostStretch * size ? 0 : spacing;
}

/** Sets a line; where its spaces are wider than usual, each word on its own, with a space behind it. */
function setLine(
  line: Line,
  left: number,
  { size, leading, family, color = inks.text }: ParagraphStyle,
  spacing: number,
): Ink[] {
  // Letters stand in the middle of the distance between baselines: capitals are about 0.7 of the size high.
  const y = leading / 2 + 0.345 * size;
  let moved = left;
  return line.pieces.flatMap((piece) => {
    const words = spacing === 0 ? [piece.text] : piece.text.split(/(?<= )/);
    let x = piece.x;
    return words.map((text): Ink => {
      const { weight } = piece;
      const ink: Ink = { kind: 'text', x: moved + x, y, text, size, weight, color };
      if (spacing !== 0) {
        x += measureText(text, family, weight, size);
        if (text.endsWith(' ')) moved += spacing;
      }
      return ink;
    });
  });
}

/** Puts lines above each other into one strip that is never broken. */
export function stackStrips(strips: readonly Strip[]): Strip {
  let y = 0;
  const parts = strips.flatMap((strip, s) => {
    if (s > 0) y += strip.space;
    const moved = strip.parts.map((part) => ({
      ...part,
      inks: part.inks.map((ink) => ({ ...ink, y: ink.y + y })),
    }));
    y += strip.height;
    return moved;
  });
  return makeStrip({ height: y, space: strips.at(0)?.space ?? 0, parts });
}
