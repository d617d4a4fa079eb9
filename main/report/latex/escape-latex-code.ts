import { escapeLatex } from './escape-latex';

/** What the typewriter has where ASCII has it, but LaTeX does something with; or prints otherwise. */
const codes: Readonly<Record<string, string>> = {
  "'": '{\\char13}',
  '`': '{\\char18}',
  ' ': '\\ \\allowbreak{}',
};

/**
 * Writes code so that it is printed letter by letter within `\texttt`, and may be copied from there: straight
 * quotation marks, every space and every hyphen. Lines break after spaces and slashes.
 *
 * @param text one line, of whoever named a file
 */
export function escapeLatexCode(text: string): string {
  return Array.from(text, (character) => {
    if (/[A-Za-z0-9]/.test(character)) return character;
    if (character in codes) return codes[character];
    if (character > ' ' && character <= '~') {
      return `{\\char${character.charCodeAt(0)}}${character === '/' ? '\\allowbreak{}' : ''}`;
    }
    return escapeLatex(character);
  }).join('');
}
