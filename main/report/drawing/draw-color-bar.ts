import type { ColorScale } from '#contract/figure';
import type { Palette } from '#contract/figure-style';
import { toBaseline, widthOf, writeText, type Letters } from './letters';
import { scaleColor } from './palette';
import { lineBetween, type Box, type Shape } from './scene';
import { linearTicks } from './ticks';

/** Width of the bar, between map and bar, and between bar and numbers, in points. */
export const BAR = 8;
export const BEFORE = 8;
const GAP = 4;
/** How many colors it is made of. */
const STEPS = 64;

function ticksFor({ low, high }: ColorScale): ReturnType<typeof linearTicks> {
  return linearTicks([low, high], 5);
}

/** Room that the scale of colors takes beside a map, in points. */
export function colorBarWidth(scale: ColorScale, letters: Letters): number {
  const widest = Math.max(...ticksFor(scale).map(({ label }) => widthOf(letters, label, letters.small)));
  return BEFORE + BAR + GAP + Math.max(widest, widthOf(letters, scale.title, letters.size) - BAR - GAP);
}

/**
 * Draws what the colors mean.
 *
 * @param map the box of the map that it stands to the right of
 */
export function drawColorBar(scale: ColorScale, map: Box, letters: Letters, palette: Palette): Shape[] {
  const x = map.x + map.width + BEFORE;
  const step = map.height / STEPS;
  const bottom = map.y + map.height;
  return [
    ...Array.from({ length: STEPS }, (_, i): Shape => ({
      kind: 'rectangle',
      x,
      // From the top down, each reaching under the next, so that no hair lines are seen between them.
      y: map.y + i * step,
      width: BAR,
      height: i === STEPS - 1 ? step : step * 1.5,
      fill: scaleColor(palette, 1 - (i + 0.5) / STEPS),
    })),
    { kind: 'rectangle', x, y: map.y, width: BAR, height: map.height, stroke: '#4d4d4d', strokeWidth: 0.5 },
    ...ticksFor(scale).flatMap(({ at, label }): Shape[] => {
      const y = bottom - ((at - scale.low) / (scale.high - scale.low)) * map.height;
      return [
        lineBetween(x + BAR, y, x + BAR + 2, y, { stroke: '#4d4d4d', strokeWidth: 0.5 }),
        writeText(letters, label, {
          x: x + BAR + GAP,
          y: y + toBaseline(letters.small),
          size: letters.small,
        }),
      ];
    }),
    writeText(letters, scale.title, { x, y: map.y - letters.size * 0.45, size: letters.size }),
  ];
}
