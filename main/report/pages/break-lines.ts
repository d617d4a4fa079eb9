import { measureText, printable, type FontFamily, type FontWeight } from '../drawing/fonts';

/** Text in one cut. */
export interface Run {
  readonly text: string;
  readonly weight: FontWeight;
}

/** A line of text. */
export interface Line {
  readonly pieces: readonly {
    /** From the beginning of the line, in points. */
    readonly x: number;
    readonly text: string;
    readonly weight: FontWeight;
  }[];
  /** In points. */
  readonly width: number;
  /** How many spaces are in it. */
  readonly spaces: number;
}

/** What stands between two places at which a line may end; its pieces follow each other without space. */
type Word = readonly Run[];

/**
 * Breaks text into lines at its spaces; a word that is wider than a line is broken between letters, so that nothing is
 * ever wider than the limit.
 *
 * @param size of the letters, in points
 * @param limit in points
 * @returns at least one line
 */
export function breakLines(runs: readonly Run[], family: FontFamily, size: number, limit: number): Line[] {
  const measure = ({ text, weight }: Run) => measureText(text, family, weight, size);
  const widthOf = (word: Word) => word.reduce((sum, run) => sum + measure(run), 0);
  const space = measureText(' ', family, 'regular', size);
  const lines: { words: Word[]; width: number }[] = [];
  for (const word of splitWords(runs).flatMap((found) => splitWide(found, limit, widthOf))) {
    const width = widthOf(word);
    const last = lines.at(-1);
    if (last !== undefined && last.width + space + width <= limit) {
      last.words.push(word);
      last.width += space + width;
    } else {
      lines.push({ words: [word], width });
    }
  }
  if (lines.length === 0) return [{ pieces: [], width: 0, spaces: 0 }];
  return lines.map(({ words, width }) => {
    const joined = joinWords(words);
    let x = 0;
    const pieces = joined.map((run) => {
      const piece = { ...run, x };
      x += measure(run);
      return piece;
    });
    return { pieces, width, spaces: words.length - 1 };
  });
}

function splitWords(runs: readonly Run[]): Word[] {
  const words: Run[][] = [];
  let isOpen = false;
  for (const { text, weight } of runs) {
    printable(text)
      .split(' ')
      .forEach((part, p) => {
        if (p > 0) isOpen = false;
        if (part === '') return;
        if (isOpen) words.at(-1)!.push({ text: part, weight });
        else words.push([{ text: part, weight }]);
        isOpen = true;
      });
  }
  return words;
}

function splitWide(word: Word, limit: number, widthOf: (word: Word) => number): Word[] {
  if (widthOf(word) <= limit) return [word];
  const parts: Run[][] = [];
  let width = Infinity;
  for (const { text, weight } of word) {
    for (const letter of text) {
      const wide = widthOf([{ text: letter, weight }]);
      if (width + wide > limit) {
        parts.push([]);
        width = 0;
      }
      width += wide;
      const part = parts.at(-1)!;
      const last = part.at(-1);
      if (last?.weight === weight) part[part.length - 1] = { text: last.text + letter, weight };
      else part.push({ text: letter, weight });
    }
  }
  return parts;
}

/** Puts words with single spaces between them into as few pieces as there are changes of the cut. */
function joinWords(words: readonly Word[]): Run[] {
  const pieces: Run[] = [];
  words.forEach((word, w) => {
    word.forEach(({ text, weight }, r) => {
      const last = pieces.at(-1);
      const isAfterSpace = w > 0 && r === 0;
      if (last?.weight === weight) {
        pieces[pieces.length - 1] = { text: `${last.text}${isAfterSpace ? ' ' : ''}${text}`, weight };
        return;
      }
      // The space belongs to the piece before, so that each piece begins with a letter.
      if (last !== undefined && isAfterSpace) pieces[pieces.length - 1] = { ...last, text: `${last.text} ` };
      pieces.push({ text, weight });
    });
  });
  return pieces;
}
