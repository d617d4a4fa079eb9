import { measureText, printable, type FontFamily, type FontWeight } from './fonts';
import type { Shape } from './scene';

/** Sizes of letters and lines in a figure, and what its text is written with. */
export interface Letters {
  readonly font: FontFamily;
  /** Of titles of axes and names in the legend, in points. */
  readonly size: number;
  /** Beside ticks, in points. */
  readonly small: number;
  readonly color: string;
}

/** Sets the letters of a figure by the size that a journal asks for. */
export function chooseLetters(font: FontFamily, size: number): Letters {
  return { font, size, small: Math.max(5.5, size * 0.875), color: '#1a1a1a' };
}

/** Width of a text as it will be drawn, in points. */
export function widthOf(
  letters: Letters,
  text: string,
  size: number,
  weight: FontWeight = 'regular',
): number {
  return measureText(printable(text), letters.font, weight, size);
}

/** Where a text stands; what is left out is as usual. */
export interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly angle?: number;
  readonly weight?: 'regular' | 'bold';
  readonly color?: string;
}

/** Makes a line of text. */
export function writeText(letters: Letters, text: string, place: TextPlace): Shape {
  const { x, y, size, anchor = 'start', angle = 0, weight = 'regular', color = letters.color } = place;
  return { kind: 'text', text: printable(text), x, y, size, anchor, angle, weight, color };
}

/** How far below the middle of a line its baseline lies: half the height of a capital letter. */
export function toBaseline(size: number): number {
  return size * 0.345;
}

/**
 * Breaks a text into lines that are not wider than a limit; a word that is wider stands alone.
 *
 * @param limit in points
 */
export function breakLines(letters: Letters, text: string, size: number, limit: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length === 0 ? word : `${lines[lines.length - 1]} ${word}`;
    if (lines.length > 0 && widthOf(letters, longer, size) <= limit) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
