import { type RandomStream } from '#numerics/engine/random';
import { type Field } from './canvas';
import { type Point, strokes } from './distance';

/** Words for the ten digits: the class names of handwritten digits and of house numbers. */
export const digitWords = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
] as const;

/** The line of each digit, in a box of about ±0.6 × ±0.9. */
export const digitLines: readonly (readonly Point[])[] = [
  Array.from({ length: 11 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 10;
    return [0.48 * Math.sin(angle), -0.9 * Math.cos(angle)] as const;
  }),
  line('-.28 -.55  .05 -.9  .05 .9'),
  line('-.5 -.5  -.3 -.82  .05 -.9  .4 -.75  .5 -.4  .3 0  -.5 .9  .55 .9'),
  line('-.45 -.75  0 -.9  .4 -.7  .4 -.3  0 -.05  .45 .25  .45 .65  0 .9  -.5 .75'),
  line('.3 .9  .3 -.9  -.55 .35  .6 .35'),
  line('.5 -.9  -.4 -.9  -.45 -.1  .05 -.25  .45 .05  .45 .55  .05 .9  -.5 .7'),
  line('.35 -.85  -.1 -.6  -.45 0  -.45 .5  -.1 .9  .35 .75  .45 .35  .1 0  -.4 .25'),
  line('-.55 -.9  .55 -.9  .2 -.1  -.1 .9'),
  line(
    '0 -.05  .4 -.35  .35 -.75  0 -.9  -.35 -.75  -.4 -.35  0 -.05  .48 .35  .4 .75  0 .9  -.4 .75  -.48 .35  0 -.05',
  ),
  line('.45 -.35  .1 0  -.35 -.15  -.45 -.5  -.2 -.85  .2 -.9  .45 -.6  .45 -.35  .4 .3  .2 .9'),
];

/** The line of each letter, in the same box, by the letter's name. */
export const letterLines: Readonly<Record<string, readonly Point[]>> = {
  a: line('-.5 .9  0 -.9  .5 .9  .25 .2  -.25 .2'),
  e: line('.5 -.9  -.45 -.9  -.45 0  .3 0  -.45 0  -.45 .9  .5 .9'),
  f: line('.5 -.9  -.45 -.9  -.45 0  .3 0  -.45 0  -.45 .9'),
  h: line('-.45 -.9  -.45 .9  -.45 0  .45 0  .45 -.9  .45 .9'),
  l: line('-.4 -.9  -.4 .9  .5 .9'),
  n: line('-.45 .9  -.45 -.9  .45 .9  .45 -.9'),
  t: line('-.55 -.9  .55 -.9  0 -.9  0 .9'),
  x: line('-.5 -.9  .5 .9  0 0  .5 -.9  -.5 .9'),
  u: line('-.45 -.9  -.45 .5  -.2 .9  .2 .9  .45 .5  .45 -.9'),
  z: line('-.5 -.9  .5 -.9  -.5 .9  .5 .9'),
};

/**
 * Writes a glyph by hand: every point of its line is moved a little.
 *
 * @param points the glyph's line
 * @param stream source of the draws
 * @param unsteadiness standard deviation of the moves
 * @param halfWidth half of the pen's width
 * @returns signed distance to the stroke
 */
export function writeGlyph(
  points: readonly Point[],
  stream: RandomStream,
  unsteadiness: number,
  halfWidth: number,
): Field {
  const moved = points.map(
    ([x, y]) => [stream.normal(x, unsteadiness), stream.normal(y, unsteadiness)] as const,
  );
  return strokes([moved], halfWidth);
}

function line(coordinates: string): readonly Point[] {
  const numbers = coordinates.split(/ +/).map(Number);
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i], numbers[2 * i + 1]] as const);
}
