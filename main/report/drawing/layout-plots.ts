import type { PlotsBody } from '#contract/figure';
import type { FigureWidth, Palette } from '#contract/figure-style';
import { drawAxes, drawGrid } from './draw-axes';
import { drawColorBar } from './draw-color-bar';
import { drawMarks } from './draw-marks';
import { layoutLegend } from './layout-legend';
import type { Letters } from './letters';
import { moveShapes } from './move-shapes';
import { EDGE, planPanels } from './plan-panels';
import type { Shape } from './scene';

/** What a layout comes to. */
export interface Layout {
  readonly shapes: Shape[];
  /** In points. */
  readonly height: number;
}

/**
 * Sets the panels of a figure in a grid below its legend.
 *
 * @param width of the whole figure, in points
 */
export function layoutPlots(
  body: PlotsBody,
  width: number,
  column: FigureWidth,
  letters: Letters,
  palette: Palette,
): Layout {
  const { colorScale } = body;
  const legend = layoutLegend(body, width - 2 * EDGE, letters, palette);
  const plan = planPanels(body, width, column, letters, EDGE + legend.height);
  const shapes: Shape[] = moveShapes(legend.shapes, plan.start, EDGE);
  for (const { labels, ...place } of plan.places) {
    shapes.push(
      ...drawGrid(place, labels),
      { kind: 'clip', box: place.box, shapes: drawMarks(place, { palette, letters, colorScale }) },
      ...drawAxes(place, labels, letters),
    );
  }
  if (colorScale !== null) {
    const { box } = plan.places[plan.lastColumn];
    shapes.push(...drawColorBar(colorScale, box, letters, palette));
  }
  return { shapes, height: plan.bottom + EDGE };
}
