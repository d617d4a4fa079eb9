import type { PlotsBody } from '#contract/figure';
import { journalFormats, type FigureStyle, type FigureWidth } from '#contract/figure-style';
import { GRID, INK, TICK } from '#report/drawing/draw-axes';
import { REFERENCE_GREY } from '#report/drawing/draw-marks';
import type { FontFamily } from '#report/drawing/fonts';
import { chooseLetters, type Letters } from '#report/drawing/letters';
import { scaleStops, seriesColor } from '#report/drawing/palette';
import { EDGE, planPanels } from '#report/drawing/plan-panels';
import { placeLabels } from '#report/drawing/place-labels';
import type { PanelPlace } from '#report/drawing/panel-place';
import { escapeLatex } from '../escape-latex';
import { selectFont } from './select-font';
import { writeAxis, writeColorBar } from './write-axis';
import { writeLegend } from './write-legend';
import { writeMarks } from './write-marks';
import { writeLength, writeTexNumber } from './write-numbers';

/** How much wider Computer Modern is, at sizes of figures, than the letters that we measure. */
const wider: Readonly<Record<FontFamily, number>> = { sans: 1, serif: 1.12 };

/** Writes plots as a `tikzpicture`: an axis for each panel at the place that it has in SVG and PDF. */
export function writePlots(body: PlotsBody, { preset, palette }: FigureStyle, column: FigureWidth): string {
  const { font, fontSize, [column]: width } = journalFormats[preset];
  const { panels, colorScale } = body;
  const { size, small: smallSize, ...look } = chooseLetters(font, fontSize);
  // Labels get the room that they need in the letters of the document.
  const letters: Letters = { ...look, size: size * wider[font], small: smallSize * wider[font] };
  const { places, start, lastColumn } = planPanels(body, width - EDGE, column, letters, 0);
  const legend = writeLegend(body, places[0].box, start, width, letters);
  const series = new Set(
    panels.flatMap(({ marks }) => marks.flatMap((mark) => ('series' in mark ? [mark.series] : []))),
  );
  const colors: [string, string][] = [
    ...[...series]
      .sort((a, b) => a - b)
      .map((n): [string, string] => [`series${n}`, seriesColor(palette, n)]),
    ['comparison', REFERENCE_GREY],
    ['ink', INK],
    ['gridlines', GRID],
  ];
  const [large, small] = [size, smallSize].map((points) => selectFont(font, points));
  const everyAxis = [
    'scale only axis, anchor=south west, tick align=outside, tick pos=left, scaled ticks=false',
    'xminorticks=false, yminorticks=false, every axis plot/.append style={forget plot}',
    `major tick length=${writeLength(TICK)}, tick style={ink, line width=0.6bp}, axis line style={ink, line width=0.6bp}`,
    'grid style={gridlines, line width=0.5bp}',
    `tick label style={font=${small}, inner sep=2bp}, xticklabel style={inner xsep=0bp, align=center, execute at begin node=\\strut}`,
    'label style={inner sep=0.5bp}, title style={yshift=-4bp, execute at begin node=\\strut}',
    'legend style={draw=none, fill=none, inner sep=0bp, column sep=2bp, /tikz/every even column/.append style={column sep=9bp}}, legend cell align=left',
    ...(colorScale === null
      ? []
      : [
          `colormap={scale}{${scaleStops(palette).map(writeStop).join(' ')}}`,
          `point meta min=${writeTexNumber(colorScale.low)}, point meta max=${writeTexNumber(colorScale.high)}`,
        ]),
  ];
  return [
    `\\begin{tikzpicture}[font=${large}]`,
    ...colors.map(([name, color]) => `  \\definecolor{${name}}{HTML}{${color.slice(1).toUpperCase()}}`),
    '  \\pgfplotsset{every axis/.append style={',
    ...everyAxis.map((option) => `    ${option},`),
    '  }}',
    ...places.flatMap((place, p) => {
      const options = [
        ...writeAxis(place),
        ...(p === 0 ? legend.options : []),
        ...(p === lastColumn && colorScale !== null ? writeColorBar(colorScale, place.box) : []),
      ];
      return [
        '  \\begin{axis}[',
        ...options.map((option) => `    ${option},`),
        '  ]',
        ...[
          ...writeMarks(place, { palette, letters, colorScale }),
          ...writePointLabels(place, letters, small),
          ...(p === 0 ? legend.entries : []),
        ].map((line) => `    ${line}`),
        '  \\end{axis}',
      ];
    }),
    '\\end{tikzpicture}',
  ].join('\n');
}

/** A stop of a scale of colors, from `#rrggbb`. */
function writeStop(color: string): string {
  const channels = [1, 3, 5].map((place) => parseInt(color.slice(place, place + 2), 16));
  return `rgb255=(${channels.join(',')})`;
}

function writePointLabels(place: PanelPlace, letters: Letters, font: string): string[] {
  const { box } = place;
  return placeLabels(place, letters).flatMap((shape) => {
    if (shape.kind !== 'text') return [];
    const corner = [(shape.x - box.x) / box.width, 1 - (shape.y - box.y) / box.height].map(writeTexNumber);
    return [
      `\\node[anchor=base west, inner sep=0bp, font=${font}] at (rel axis cs:${corner.join(',')}) {${escapeLatex(shape.text)}};`,
    ];
  });
}
