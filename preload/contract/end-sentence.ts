/**
 * Ends a title with a full stop, unless it has an end.
 *
 * @param text may be empty, and then stays so
 */
export function endSentence(text: string): string {
  return text === '' || /[.!?…]$/.test(text) ? text : `${text}.`;
}
