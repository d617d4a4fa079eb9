import { endSentence } from '#contract/end-sentence';
import type { FigureStyle } from '#contract/figure-style';
import type { Origin } from '#contract/report';
import { layoutFigure } from '../drawing/layout-figure';
import type { Scene } from '../drawing/scene';
import { heightOf } from './flow-strips';
import { setCaption, setOrigins } from './set-caption';
import { pageFormat, type Typography } from './page-format';
import { stackStrips } from './set-paragraph';
import type { FigureItem } from './pair-figures';
import { titleItem } from './title-item';
import { makeStrip, movePart, type Bookmark, type Part, type Strip } from './strip';

/** Between two figures side by side, in points. */
const gutter = 14;
/** Around a figure with its caption, in points. */
const spaceAround = 16;
/** Between a figure and its caption, in points. */
const captionSpace = 7;

/** A caption that takes more than this part of a page stands below its figure line by line. */
const mostCaption = 0.5;

/**
 * Sets figures side by side, each with its caption and the runs that it is made of, on one page.
 *
 * @param items one, or two that are one column wide
 */
export function setFigures(
  items: readonly FigureItem[],
  style: FigureStyle,
  typography: Typography,
  runs: readonly Pick<Origin, 'runId'>[],
): Strip[] {
  const { textWidth, textHeight } = pageFormat('portrait');
  const scenes = items.map(({ figure, width }) => layoutFigure(figure, style, width));
  const isAlone = items.length === 1;
  const captions = items.map((item, i) => {
    const width = isAlone ? textWidth : scenes[i].width;
    return [
      ...setCaption(item, item.figure.title, item.caption, typography, width),
      ...setOrigins(item.origins, runs, typography, width, isAlone),
    ];
  });
  const captionHeight = Math.max(...captions.map((strips) => heightOf(strips)));
  const isLong = captionHeight > mostCaption * textHeight;
  if (isLong && !isAlone) return items.flatMap((item) => setFigures([item], style, typography, runs));
  const room = textHeight - captionSpace - (isLong ? mostCaption * textHeight : captionHeight);
  const scales = scenes.map(({ height }) => Math.min(1, room / height));
  const high = Math.max(...scenes.map(({ height }, i) => height * scales[i])) + captionSpace;
  const lefts = scenes.map(
    (_, i) => (textWidth - rowWidth(scenes)) / 2 + rowWidth(scenes.slice(0, i)) + (i > 0 ? gutter : 0),
  );
  const drawn = items.map((item, i): Part => {
    const [scene, scale] = [scenes[i], scales[i]];
    const alt = `${endSentence(titleItem(item))} ${item.caption}`;
    const x = lefts[i] + (scene.width * (1 - scale)) / 2;
    return {
      element: { tag: 'Figure', parent: null, alt },
      inks: [{ kind: 'scene', x, y: 0, scene, scale }],
    };
  });
  const about = {
    space: spaceAround,
    bookmarks: items.map((item): Bookmark => ({ title: titleItem(item), level: 2 })),
  };
  if (isLong) {
    const [caption] = captions;
    return [
      makeStrip({ ...about, height: high, parts: drawn, isTied: true }),
      ...caption.slice(0, -1),
      { ...caption.at(-1)!, spaceAfter: spaceAround },
    ];
  }
  const parts = drawn.flatMap((figure, i) => [
    figure,
    ...stackStrips(captions[i]).parts.map((part) => movePart(part, isAlone ? 0 : lefts[i], high)),
  ]);
  return [
    makeStrip({ ...about, height: high + captionHeight, spaceAfter: spaceAround, float: 'figure', parts }),
  ];
}

function rowWidth(scenes: readonly Scene[]): number {
  return scenes.reduce((sum, { width }, s) => sum + width + (s > 0 ? gutter : 0), 0);
}
