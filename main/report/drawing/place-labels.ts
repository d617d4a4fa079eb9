import { toBaseline, widthOf, writeText, type Letters } from './letters';
import type { Box, Shape } from './scene';

/** Between a point and its name, in points. */
const GAP = 4;

/**
 * Puts names beside points where they cover neither a point nor another name; one that has no such place is left out.
 *
 * @param labels as long as `points`; empty for a point without a name
 * @param points in points of the page
 * @param box within which names stay
 */
export function placeLabels(
  labels: readonly string[],
  points: readonly (readonly [number, number])[],
  box: Box,
  letters: Letters,
): Shape[] {
  const taken: Box[] = points.map(([x, y]) => ({ x: x - 2, y: y - 2, width: 4, height: 4 }));
  const size = letters.small;
  return labels.flatMap((label, i): Shape[] => {
    if (label === '') return [];
    const [x, y] = points[i];
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
      (candidate) => isWithin(candidate, box) && !taken.some((other) => overlaps(candidate, other)),
    );
    if (free === undefined) return [];
    taken.push(free);
    return [writeText(letters, label, { x: free.x, y: free.y + size / 2 + toBaseline(size), size })];
  });
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
