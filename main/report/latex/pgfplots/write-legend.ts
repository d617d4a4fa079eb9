import type { PlotsBody } from '#contract/figure';
import { namedMarks } from '#report/drawing/layout-legend';
import { widthOf, type Letters } from '#report/drawing/letters';
import type { Box } from '#report/drawing/scene';
import { escapeLatex } from '../escape-latex';
import { writeTexNumber } from './write-numbers';
import { colorName, lineStyle, pointStyle, violinStyle } from './write-marks';

/** Width of a key with what stands between it and its name, and between entries, in points. */
const KEY = 22;
const ENTRY_GAP = 11;
/** Between the legend and what stands below it, in points. */
const ABOVE = 5;

/** The legend of a figure, as a part of its first axis. */
export interface PgfLegend {
  readonly options: readonly string[];
  readonly entries: readonly string[];
}

/**
 * Writes the legend of all panels above the first axis; where only one series has a name, there is none.
 *
 * @param box of the first axis
 * @param start left end of the panels, in points
 * @param width of the whole figure, in points
 */
export function writeLegend(
  body: PlotsBody,
  box: Box,
  start: number,
  width: number,
  letters: Letters,
): PgfLegend {
  const named = namedMarks(body);
  if (named.length < 2) return { options: [], entries: [] };
  const widths = named.map(({ name }) => KEY + ENTRY_GAP + widthOf(letters, name, letters.size));
  const fits = (columns: number) => {
    const widest = Array.from({ length: columns }, (_, c) =>
      Math.max(...widths.filter((__, n) => n % columns === c)),
    );
    return widest.reduce((sum, wide) => sum + wide, 0) - ENTRY_GAP <= width;
  };
  let columns = named.length;
  while (columns > 1 && !fits(columns)) columns--;
  const corner = [(start - box.x) / box.width, 1 + (box.y + ABOVE) / box.height].map(writeTexNumber);
  return {
    options: [`legend columns=${columns}`, `legend style={at={(${corner.join(',')})}, anchor=south west}`],
    entries: named.flatMap((mark) => {
      const key =
        mark.kind === 'line'
          ? `line legend, ${lineStyle(mark)}`
          : mark.kind === 'points'
            ? pointStyle(mark)
            : `area legend, ${mark.kind === 'bars' ? `draw=${colorName(mark)}, fill=${colorName(mark)}` : violinStyle(mark)}`;
      return [`\\addlegendimage{${key}}`, `\\addlegendentry{\\strut ${escapeLatex(mark.name)}}`];
    }),
  };
}
