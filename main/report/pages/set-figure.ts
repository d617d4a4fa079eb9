import type { FigureStyle } from '#contract/figure-style';
import type { Origin } from '#contract/report';
import { layoutFigure } from '../drawing/layout-figure';
import type { Scene } from '../drawing/scene';
import { setCaption, setOrigins } from './set-caption';
import { pageFormat, type Typography } from './page-format';
import { stackStrips } from './set-paragraph';
import type { FigureItem } from './pair-figures';
import { makeStrip, movePart, type Element, type Part, type Strip } from './strip';

/** Between two figures side by side, in points. */
const gutter = 14;
/** Around a figure with its caption, in points. */
const spaceAround = 16;
/** Between a figure and its caption, in points. */
const captionSpace = 7;

/**
 * Sets figures side by side, each with its caption and the runs that it is made of; never broken.
 *
 * @param items one, or two that are one column wide
 */
export function setFigures(
  items: readonly FigureItem[],
  style: FigureStyle,
  typography: Typography,
  runs: readonly Pick<Origin, 'runId'>[],
): Strip {
  const { textWidth, textHeight } = pageFormat('portrait');
  const scenes = items.map(({ figure, width }) => layoutFigure(figure, style, width));
  const isAlone = items.length === 1;
  const captions = items.map((item, i) => {
    const width = isAlone ? textWidth : scenes[i].width;
    return stackStrips([
      ...setCaption(item, item.figure.title, item.caption, typography, width),
      ...setOrigins(item.origins, runs, typography, width, isAlone),
    ]);
  });
  const captionHeight = captionSpace + Math.max(...captions.map(({ height }) => height));
  const room = textHeight - captionHeight;
  const scales = scenes.map(({ height }) => Math.min(1, room / height));
  const high = Math.max(...scenes.map(({ height }, i) => height * scales[i]));
  let x = (textWidth - rowWidth(scenes)) / 2;
  const parts = items.flatMap((item, i): Part[] => {
    const scene = scenes[i];
    const scale = scales[i];
    const element: Element = { tag: 'Figure', parent: null, alt: `${item.label}. ${item.caption}` };
    const left = x + (scene.width * (1 - scale)) / 2;
    const captionLeft = isAlone ? 0 : x;
    x += scene.width + gutter;
    return [
      { element, inks: [{ kind: 'scene', x: left, y: 0, scene, scale }] },
      ...captions[i].parts.map((part) => movePart(part, captionLeft, high + captionSpace)),
    ];
  });
  return makeStrip({
    height: high + captionHeight,
    space: spaceAround,
    spaceAfter: spaceAround,
    float: 'figure',
    parts,
    bookmarks: items.map(({ label, figure }) => ({ title: `${label}. ${figure.title}`, level: 2 })),
  });
}

function rowWidth(scenes: readonly Scene[]): number {
  return scenes.reduce((sum, { width }) => sum + width + gutter, -gutter);
}
