import type { DatasetSplit } from '#numerics/data/dataset-split';
import { wordsOf } from '#numerics/models/tokenizer';

/**
 * Collects the words of the images' captions, the most frequent where there is not room for all.
 *
 * @param splits whose class names are the captions
 * @param limit how many words there may be
 * @returns words in lower case and code-unit order, and how many distinct ones were left out
 */
export function collectWords(
  splits: readonly Pick<DatasetSplit, 'classes' | 'labels'>[],
  limit: number,
): { readonly words: readonly string[]; readonly omitted: number } {
  const counts = new Map<string, number>();
  for (const { classes, labels } of splits) {
    const uses = new Float64Array(classes.length);
    for (const label of labels) uses[label] += 1;
    classes.forEach((caption, index) => {
      // A caption of other splits alone: nothing would be learned of its words.
      if (uses[index] === 0) return;
      for (const word of wordsOf(caption)) counts.set(word, (counts.get(word) ?? 0) + uses[index]);
    });
  }
  const byUse = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([word]) => word);
  const words = byUse.slice(0, Math.max(0, limit)).sort();
  return { words, omitted: byUse.length - words.length };
}
