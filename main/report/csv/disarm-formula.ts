/**
 * Puts an apostrophe before a text that a spreadsheet would take for a formula: one that begins with `=`, `+`, `-`, `@`,
 * a tab or a carriage return.
 *
 * @param text as people wrote it
 */
export function disarmFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
