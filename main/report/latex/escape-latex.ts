import { indices, latexCharacters, marksAbove, marksBelow } from './latex-letters';

/** A run of indices of one kind, or a character with the marks over and under it. */
const pieces = new RegExp(
  `${Object.values(indices)
    .map((characters) => `[${Object.keys(characters).join('')}]+`)
    .join('|')}|\\P{Mark}\\p{Mark}*|\\p{Mark}`,
  'gu',
);

/**
 * Writes plain text so that pdflatex prints it as it is with Computer Modern in its first encoding (OT1), which every
 * TeX has: accents as commands, Greek letters and signs as mathematics, and a character that these fonts lack as its
 * code point, such as U+4E2D. Line breaks become spaces, because an empty line would end a paragraph in the middle
 * of a table; control and formatting characters are left out.
 *
 * @param text any text, of whoever named a dataset
 */
export function escapeLatex(text: string): string {
  const plain = text
    .replace(/\s+/g, ' ')
    .replace(/[\p{Control}\p{Format}]/gu, '')
    .normalize('NFC');
  const written = (plain.match(pieces) ?? []).map(writePiece);
  // Behind the end of a row these two would belong to it.
  const start = /^[[*]/.test(plain) ? '{}' : '';
  return start + written.map((piece, i) => (isJoined(piece, written[i + 1]) ? `${piece}{}` : piece)).join('');
}

/** Whether LaTeX would make one of both: a dash, a quotation mark, or a mark that stands on its head. */
function isJoined(piece: string, next = ''): boolean {
  return /^(--|''|``|[?!]`)$/.test(piece.slice(-1) + next.slice(0, 1));
}

function writePiece(piece: string): string {
  for (const [command, characters] of Object.entries(indices)) {
    if (!(piece[0] in characters)) continue;
    return `\\${command}{${Array.from(piece, (index) => writeCharacter(characters[index])).join('')}}`;
  }
  return writeLetter(piece.normalize('NFD')) ?? Array.from(piece, writeCharacter).join('');
}

function writeCharacter(character: string): string {
  const known = latexCharacters.get(character);
  if (known !== undefined) return known;
  if (/^[ -~]*$/.test(character)) return character;
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  // A name in another script is one long word: lines break between its characters.
  return `\\texttt{U+${code}}\\allowbreak{}`;
}

/** Writes a Latin letter with its marks; undefined if it has none, or one that the fonts lack. */
function writeLetter([letter, ...marks]: string): string | undefined {
  if (marks.length === 0 || !/[A-Za-z]/.test(letter)) return undefined;
  const above = marks.filter((mark) => mark in marksAbove);
  const below = marks.filter((mark) => mark in marksBelow);
  if (above.length + below.length < marks.length) return undefined;
  let written = letter;
  if (above.length === 1) {
    // These two lose their dot under a mark.
    const base = letter === 'i' || letter === 'j' ? `\\${letter}` : letter;
    written = `\\${marksAbove[above[0]][0]}{${base}}`;
  } else if (above.length > 1) {
    // A command for text puts its mark over a single character: only mathematics can put one over another.
    if (above.some((mark) => marksAbove[mark][1] === '')) return undefined;
    const stack = above.reduce((inner, mark) => `\\${marksAbove[mark][1]}{${inner}}`, `\\mathrm{${letter}}`);
    written = `\\ensuremath{${stack}}`;
  }
  return below.reduce((inner, mark) => `\\${marksBelow[mark]}{${inner}}`, written);
}
