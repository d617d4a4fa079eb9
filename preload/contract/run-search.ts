/** What is looked for in runs: one of several groups, of each all its words and none of the words to avoid. */
export type RunSearch = readonly {
  readonly words: readonly string[];
  readonly without: readonly string[];
}[];

/** What of a run is searched, in this order with a space between. */
export const searchedFields = ['title', 'kind', 'id', 'state', 'tags', 'note'] as const;

/**
 * Reads what a person looks for: words that must all be there, `-word` for one that must not, and `OR` between groups.
 *
 * @param text for example `cars linear OR ntk -failed`
 * @returns no groups for a text without words, which every run matches
 */
export function parseRunSearch(text: string): RunSearch {
  return text
    .split(/\sOR\s/)
    .map((group) => group.split(/\s+/).filter((word) => !['', '-', 'AND', 'OR'].includes(word)))
    .filter((words) => words.length > 0)
    .map((words) => ({
      words: words.filter((word) => !word.startsWith('-')).map(lowerAscii),
      without: words.filter((word) => word.startsWith('-')).map((word) => lowerAscii(word.slice(1))),
    }));
}

/** Whether a run is one of those that are looked for; the same that the catalog would find. */
export function matchesRun(
  run: Readonly<Record<Exclude<(typeof searchedFields)[number], 'tags'>, string>> & {
    readonly tags: readonly string[];
  },
  search: RunSearch,
): boolean {
  const searched = { ...run, tags: tagsText(run.tags) };
  const text = lowerAscii(searchedFields.map((field) => searched[field]).join(' '));
  return (
    search.length === 0 ||
    search.some(
      ({ words, without }) =>
        words.every((word) => text.includes(word)) && !without.some((word) => text.includes(word)),
    )
  );
}

/** Tags as they are stored and searched for: `#seed-check #paper`. */
export function tagsText(tags: readonly string[]): string {
  return tags.map((tag) => `#${tag}`).join(' ');
}

/** Reads what {@link tagsText} writes. */
export function parseTags(text: string): string[] {
  return text === '' ? [] : text.split(' ').map((tag) => tag.slice(1));
}

/** As SQLite's lower() does, which leaves letters beyond ASCII alone. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
