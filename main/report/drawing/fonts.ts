import { createRequire } from 'node:module';
import * as fontkit from 'fontkit';

/** `sans` has the widths of Arial and Helvetica, `serif` those of Times. */
export type FontFamily = 'sans' | 'serif';
/** Cut of a family. */
export type FontWeight = 'regular' | 'bold' | 'italic';

/** Arimo and Tinos: free, with Greek, and as wide as what readers of an SVG have instead. */
const files: Readonly<Record<FontFamily, Readonly<Record<FontWeight, string>>>> = {
  sans: {
    regular: '@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf',
    bold: '@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf',
    italic: '@expo-google-fonts/arimo/400Regular_Italic/Arimo_400Regular_Italic.ttf',
  },
  serif: {
    regular: '@expo-google-fonts/tinos/400Regular/Tinos_400Regular.ttf',
    bold: '@expo-google-fonts/tinos/700Bold/Tinos_700Bold.ttf',
    italic: '@expo-google-fonts/tinos/400Regular_Italic/Tinos_400Regular_Italic.ttf',
  },
};

const fontRequire = createRequire(import.meta.url);
const opened = new Map<string, fontkit.Font>();
/** Widths of texts at a size of 1, by font: tables measure the same words many times. */
const measured = new Map<string, number>();
const mostMeasured = 50_000;

/** Path of a font's file. */
export function fontFile(family: FontFamily, weight: FontWeight): string {
  return fontRequire.resolve(files[family][weight]);
}

function open(family: FontFamily, weight: FontWeight): fontkit.Font {
  const name = `${family} ${weight}`;
  let font = opened.get(name);
  if (font === undefined) {
    font = fontkit.openSync(fontFile(family, weight)) as fontkit.Font;
    opened.set(name, font);
  }
  return font;
}

/**
 * Measures how wide a line of text is.
 *
 * @param text of characters that the font has; see {@link printable}
 * @param size of the font, in points
 * @returns points
 */
export function measureText(text: string, family: FontFamily, weight: FontWeight, size: number): number {
  const key = `${family} ${weight} ${text}`;
  let width = measured.get(key);
  if (width === undefined) {
    const font = open(family, weight);
    width = font.layout(text).advanceWidth / font.unitsPerEm;
    if (measured.size === mostMeasured) measured.clear();
    measured.set(key, width);
  }
  return width * size;
}

/**
 * Makes text that our fonts can print, on one line: white space becomes single spaces, and characters that the fonts
 * lack become their code points, such as U+4E2D.
 *
 * @param text any text, of whoever named a dataset
 */
export function printable(text: string): string {
  const font = open('sans', 'regular');
  return Array.from(text.replace(/\s+/g, ' '), (character) => {
    const code = character.codePointAt(0)!;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return '';
    if (font.hasGlyphForCodePoint(code)) return character;
    return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  }).join('');
}
