import { journalFormats, type FigureStyle } from '#contract/figure-style';
import type { FontFamily } from '../drawing/fonts';
import type { PageLayout } from './strip';

const millimeter = 72 / 25.4;
/** A4. */
const paper = { short: 210 * millimeter, long: 297 * millimeter };
const margins = { side: 22.5 * millimeter, top: 24 * millimeter, bottom: 24 * millimeter };

/** Measures of a page, in points. */
export interface PageFormat {
  readonly width: number;
  readonly height: number;
  /** Upper left end of what is printed. */
  readonly left: number;
  readonly top: number;
  /** Size of what is printed. */
  readonly textWidth: number;
  readonly textHeight: number;
}

/** Measures of a page of A4, as it is held. */
export function pageFormat(layout: PageLayout): PageFormat {
  const [width, height] = layout === 'portrait' ? [paper.short, paper.long] : [paper.long, paper.short];
  return {
    width,
    height,
    left: margins.side,
    top: margins.top,
    textWidth: width - 2 * margins.side,
    textHeight: height - margins.top - margins.bottom,
  };
}

/** Sizes of letters and distances of lines, in points, and what text is written with. */
export interface Typography {
  readonly family: FontFamily;
  readonly body: TextSize;
  readonly caption: TextSize;
  readonly note: TextSize;
  readonly code: TextSize;
}
/** A size of letters with the distance of its baselines, in points. */
export interface TextSize {
  readonly size: number;
  readonly leading: number;
}

/** Chooses letters: those of the figures, a little smaller where they are wide. */
export function chooseTypography({ preset }: FigureStyle): Typography {
  const family = journalFormats[preset].font;
  const body = family === 'serif' ? { size: 10.75, leading: 14.75 } : { size: 9.75, leading: 14.25 };
  return {
    family,
    body,
    caption: { size: body.size - 1.25, leading: body.leading - 2.25 },
    note: { size: 6.5, leading: 8.5 },
    code: { size: 8, leading: 11.5 },
  };
}

/** Colors of print. */
export const inks = {
  text: '#1a1a1a',
  grey: '#6e6e6e',
  rule: '#1a1a1a',
  faintRule: '#c4c4c4',
  tint: '#f3f3f1',
} as const;
