import type { Palette } from '#contract/figure-style';

/** Colors that the color-blind tell apart (Okabe and Ito 2008); yellow is left out, which is not seen as a line on white. */
const okabeIto = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];
/** Greys that stay apart in print; from the fourth on, dashes and shapes must help. */
const greys = ['#000000', '#7a7a7a', '#b0b0b0', '#454545', '#949494', '#c8c8c8'];

/** Stops of the color scale viridis, evenly spaced, as the charts of the window have them. */
const viridis = [
  '#440154',
  '#48186a',
  '#472d7b',
  '#424086',
  '#3b528b',
  '#33638d',
  '#2c728e',
  '#26828e',
  '#21918c',
  '#1fa088',
  '#28ae80',
  '#3fbc73',
  '#5ec962',
  '#84d44b',
  '#addc30',
  '#d8e219',
  '#fde725',
];
const greyRamp = ['#1a1a1a', '#f7f7f7'];

/** Patterns of lines in points: solid, dashed, dotted, dash-dotted. */
const dashes: readonly (readonly number[])[] = [[], [4, 2], [1, 1.5], [5, 1.5, 1, 1.5]];

/** Color of a series as `#rrggbb`; after the last the first comes again. */
export function seriesColor(palette: Palette, series: number): string {
  const colors = palette === 'greyscale' ? greys : okabeIto;
  return colors[series % colors.length];
}

/** Stops of the color scale of heat maps, evenly spaced from its low to its high end. */
export function scaleStops(palette: Palette): readonly string[] {
  return palette === 'greyscale' ? greyRamp : viridis;
}

/**
 * Color on the scale of heat maps as `#rrggbb`, linear in RGB between the stops.
 *
 * @param fraction place on the scale in [0,1]; beyond it the end
 */
export function scaleColor(palette: Palette, fraction: number): string {
  const stops = scaleStops(palette);
  const place = Math.min(1, Math.max(0, fraction)) * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(place));
  const [a, b] = [channels(stops[below]), channels(stops[below + 1])];
  const mixed = a.map((channel, c) => Math.round(channel + (place - below) * (b[c] - channel)));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** Whether dark text is read better on a color than white. */
export function isBright(color: string): boolean {
  const [red, green, blue] = channels(color);
  // Luma of Rec. 601.
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140;
}

/** Pattern of a line in points, for lines of 1 pt; empty for a solid one. */
export function dashPattern(dash: number): readonly number[] {
  return dashes[dash % dashes.length];
}

function channels(color: string): [number, number, number] {
  const at = (place: number) => parseInt(color.slice(place, place + 2), 16);
  return [at(1), at(3), at(5)];
}
