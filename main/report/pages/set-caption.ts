import { endSentence } from '#contract/end-sentence';
import type { Origin } from '#contract/report';
import type { Run } from './break-lines';
import { describeOrigins } from './describe-origins';
import { inks, type Typography } from './page-format';
import { setParagraph } from './set-paragraph';
import type { Element, Strip } from './strip';

/**
 * Sets the caption of a figure or a table: its number and title bold, and what is to be seen.
 *
 * @param label such as `Figure 1`; empty for none
 * @param width in points
 */
export function setCaption(
  { label }: { readonly label: string },
  title: string,
  caption: string,
  { family, caption: letters }: Typography,
  width: number,
): Strip[] {
  const element: Element = { tag: 'Caption', parent: null };
  const runs: Run[] = [
    { text: `${label}${label === '' ? '' : '. '}${endSentence(title)} `, weight: 'bold' },
    { text: caption, weight: 'regular' },
  ];
  return setParagraph(runs, { ...letters, family, width, element, alignment: 'balanced' });
}

/** Sets which runs something is made of, small and grey; nothing where there are none. */
export function setOrigins(
  origins: readonly Origin[],
  runs: readonly Pick<Origin, 'runId'>[],
  { family, note }: Typography,
  width: number,
  isBalanced: boolean,
): Strip[] {
  const text = describeOrigins(origins, runs);
  if (text === '') return [];
  return setParagraph([{ text, weight: 'regular' }], {
    ...note,
    family,
    width,
    element: { tag: 'Note', parent: null },
    color: inks.grey,
    space: 3,
    alignment: isBalanced ? 'balanced' : 'left',
  });
}
