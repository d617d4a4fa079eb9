import type { Mark } from '#contract/figure';
import { toBaseline, widthOf, writeText, type Letters } from './letters';
import { pointAt, type PanelPlace } from './panel-place';
import type { Box, Shape } from './scene';

/** Between a point and its name, in points. */
const GAP = 4;

/**
 * Puts the names of a panel's points beside them, where they cover neither a point, nor another name, nor a line to
 * compare with; one that has no such place is left out.
 */
export function placeLabels(place: PanelPlace, letters: Letters): Shape[] {
  const { marks } = place.panel;
  const points = marks.flatMap((mark) =>
    mark.kind === 'points'
      ? mark.x.map((value, i) => ({ at: pointAt(place, value, mark.y[i]), label: mark.labels[i] }))
      : [],
  );
  const taken: Box[] = [
    ...points.map(({ at }) => at),
    ...marks.flatMap((mark) => (mark.kind === 'rule' ? along(place, mark) : [])),
  ].map(([x, y]) => ({ x: x - 2, y: y - 2, width: 4, height: 4 }));
  const size = letters.small;
  return points.flatMap(({ at: [x, y], label }): Shape[] => {
    if (label === '') return [];
    const width = widthOf(letters, label, size);
    const middle = y - size / 2;
    const candidates = [
      { x: x + GAP, y: middle },
      { x: x - GAP - width, y: middle },
      { x: x + GAP - 1, y: y + 2 },
      { x: x - GAP + 1 - width, y: y - size - 2 },
      { x: x - width / 2, y: y - size - GAP },
      { x: x - width / 2, y: y + GAP },
    ].map((corner) => ({ ...corner, width, height: size }));
    const free = candidates.find(
      (candidate) => isWithin(candidate, place.box) && !taken.some((other) => overlaps(candidate, other)),
    );
    if (free === undefined) return [];
    taken.push(free);
    return [writeText(letters, label, { x: free.x, y: free.y + size / 2 + toBaseline(size), size })];
  });
}

/** Places on a straight line, so near to each other that no name fits between them. */
function along(place: PanelPlace, { from, to }: Extract<Mark, { kind: 'rule' }>): [number, number][] {
  const [[x0, y0], [x1, y1]] = [pointAt(place, ...from), pointAt(place, ...to)];
  const count = Math.ceil(Math.hypot(x1 - x0, y1 - y0) / 4);
  return Array.from({ length: count + 1 }, (_, i) => [
    x0 + ((x1 - x0) * i) / count,
    y0 + ((y1 - y0) * i) / count,
  ]);
}

function isWithin(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
