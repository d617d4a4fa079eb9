import type { ColorScale } from '#contract/figure';
import type { AxisScale } from '#report/drawing/axis-scale';
import type { AxisLabels } from '#report/drawing/draw-axes';
import { SLANT } from '#report/drawing/draw-axes';
import { BAR, BEFORE } from '#report/drawing/draw-color-bar';
import type { PanelPlace } from '#report/drawing/panel-place';
import type { Box } from '#report/drawing/scene';
import { linearTicks, type Tick } from '#report/drawing/ticks';
import { escapeLatex } from '../escape-latex';
import { writeLength, writeTexNumber } from './write-numbers';

/** Writes the options of an axis: where it stands, what it shows, and what stands beside it. */
export function writeAxis(place: PanelPlace & { readonly labels: AxisLabels }): string[] {
  const { panel, box, x, y, labels } = place;
  const isMap = panel.marks.some(({ kind }) => kind === 'cells');
  return [
    `at={(${writeLength(box.x)},${writeLength(-box.y - box.height)})}, width=${writeLength(box.width)}, height=${writeLength(box.height)}`,
    ...(isMap
      ? ['axis on top']
      : ['axis lines*=left', 'ymajorgrids', ...(x.axis.scale === 'category' ? [] : ['xmajorgrids'])]),
    ...(panel.title === '' ? [] : [`title={${escapeLatex(panel.title)}}`]),
    ...writeSide('x', x, labels.xTicks, labels.hasX, labels.xLines),
    ...(labels.isSlanted && labels.hasX
      ? [`xticklabel style={rotate=${SLANT}, anchor=north east, inner sep=1bp}`]
      : []),
    ...writeSide('y', y, labels.yTicks, labels.hasY),
  ];
}

function writeSide(
  name: 'x' | 'y',
  { axis, range }: AxisScale,
  ticks: readonly Tick[],
  isLabelled: boolean,
  lines: readonly (readonly string[])[] = ticks.map(({ label }) => [label]),
): string[] {
  const [low, high] = range.map(writeTexNumber);
  const labels = lines.map((broken) => `{${broken.map(escapeLatex).join('\\\\')}}`);
  return [
    `${axis.scale === 'log' ? `${name}mode=log, ` : ''}${name}min=${low}, ${name}max=${high}`,
    `${name}tick={${ticks.map(({ at }) => writeTexNumber(at)).join(',')}}`,
    `${name}ticklabels=${isLabelled ? `{${labels.join(',')}}` : '\\empty'}`,
    ...(isLabelled && axis.title !== '' ? [`${name}label={${escapeLatex(axis.title)}}`] : []),
  ];
}

/** Writes the options that put the scale of colors to the right of an axis. */
export function writeColorBar(scale: ColorScale, { width }: Box): string[] {
  const ticks = linearTicks([scale.low, scale.high], 5);
  return [
    'colorbar',
    `colorbar style={at={(${writeTexNumber(1 + BEFORE / width)},1)}, anchor=north west, width=${writeLength(BAR)}, title={${escapeLatex(scale.title)}}, title style={at={(0,1)}, anchor=south west, inner xsep=0pt}, axis lines*=box, ytick={${ticks.map(({ at }) => writeTexNumber(at)).join(',')}}, yticklabels={${ticks.map(({ label }) => `{${escapeLatex(label)}}`).join(',')}}}`,
  ];
}
