import { type RawLabel } from './class-labels';

/** Far more than a text tower reads. */
const LONGEST_CAPTION = 10_000;

/** What an image without a caption has for its label. */
export const noCaption: RawLabel = { reason: 'it has no caption' };

/**
 * Makes the label that a caption is: the caption without white space around it, and with one space for
 * every run of white space inside.
 *
 * @param text the caption as a file has it
 * @returns the caption, or why it cannot be one
 */
export function captionLabel(text: string): RawLabel {
  const caption = text.trim().replace(/\s+/gu, ' ');
  if (caption === '') return { reason: 'its caption is empty' };
  if (caption.length <= LONGEST_CAPTION) return caption;
  return { reason: `its caption has more than ${LONGEST_CAPTION} characters` };
}
