import { type StarterDomain } from '#contract/specs/starter-domain';
import { type RandomStream } from '#numerics/engine/random';
import { starterDomains } from './domains';
import { relationNames } from './draw-pair';
import { type Drawing } from './drawing';
import { colorNames } from './palette';

/** Most words of a caption: nine tokens, with the start and the end of the text. */
export const longestCaption = 7;

const mediums = ['photo', 'picture', 'image'] as const;

/** All words of captions, in code-unit order. */
export const starterVocabulary: readonly string[] = [
  ...new Set([
    ...mediums,
    ...colorNames,
    ...relationNames,
    'on',
    ...Object.values(starterDomains).flatMap(({ classes, noun }) => [...classes, ...noun.split(' ')]),
  ]),
].sort();

/**
 * Writes a caption: photo | picture | image, [color in front, 30 %], [class, 80 %; objects and letters
 * 90 %], noun, [on color behind, 25 %, if it fits]. A caption without the class is a coarse one.
 *
 * @param domain what the image shows
 * @param classIndex position among the classes of the domain
 * @param drawing the image
 * @param stream source of the draws
 * @returns at most {@link longestCaption} words of {@link starterVocabulary}, separated by spaces
 */
export function drawCaption(
  domain: StarterDomain,
  classIndex: number,
  drawing: Drawing,
  stream: RandomStream,
): string {
  const { classes, noun } = starterDomains[domain];
  const isNamedMore = domain === 'objects' || domain === 'letters';
  const words: string[] = [mediums[stream.integer(mediums.length)]];
  if (stream.uniform() < 0.3 && drawing.foreground !== null) words.push(drawing.foreground);
  if (stream.uniform() < (isNamedMore ? 0.9 : 0.8)) words.push(classes[classIndex]);
  words.push(...noun.split(' '));
  const isBackgroundNamed = stream.uniform() < 0.25 && words.length + 2 <= longestCaption;
  if (isBackgroundNamed && drawing.background !== null) words.push('on', drawing.background);
  return words.join(' ');
}
