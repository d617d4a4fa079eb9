import type { ColorScale } from '#contract/figure';
import type { Palette } from '#contract/figure-style';
import type { Letters } from './letters';

/** What the marks of a figure are drawn with. */
export interface Brush {
  readonly palette: Palette;
  readonly letters: Letters;
  readonly colorScale: ColorScale | null;
}
