import type { Panel } from '#contract/figure';
import type { AxisScale } from './axis-scale';
import type { Box } from './scene';

/** A panel with the place of its axes. */
export interface PanelPlace {
  readonly panel: Panel;
  /** Between the axes, in points. */
  readonly box: Box;
  readonly x: AxisScale;
  readonly y: AxisScale;
}

/** Where values lie, in points. */
export function pointAt({ box, x, y }: PanelPlace, atX: number, atY: number): [number, number] {
  return [box.x + x.fraction(atX) * box.width, box.y + (1 - y.fraction(atY)) * box.height];
}
