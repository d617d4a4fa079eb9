import { midpoint, rightIntervals, type Interval, type LabeledResponses } from './right-intervals';

/** How many images of each task are classified rightly along a ray: constant between breakpoints. */
export interface RaySweep {
  /** K + 1 values of α, ascending and different, from one end of the range to the other. */
  readonly breakpoints: Float64Array;
  /** For each task K counts, one for each piece between two breakpoints. */
  readonly correct: readonly Int32Array[];
}

/** A stretch of α on which a score is constant. */
export interface BestStretch extends Interval {
  readonly score: number;
  /** The α of the stretch that is farthest from any change: the middle of its widest piece. */
  readonly scalingCoef: number;
  /** Right predictions on each task at that α. */
  readonly correct: readonly number[];
}

/**
 * Counts right predictions along the ray α·u exactly, for every α of a range and not for a grid alone.
 *
 * @param tasks what is counted on
 * @param direction u, one per task vector: ones for an addition
 * @param range of α, finite
 */
export function sweepRay(
  tasks: readonly LabeledResponses[],
  direction: readonly number[],
  range: Interval,
): RaySweep {
  const intervals = tasks.map((task) => rightIntervals(task, direction, range).flat());
  const breakpoints = Float64Array.from(
    new Set([range.from, range.to, ...intervals.flatMap((own) => own.flatMap(({ from, to }) => [from, to]))]),
  ).sort();
  const place = new Map(Array.from(breakpoints, (alpha, i) => [alpha, i]));
  const correct = intervals.map((own) => {
    const changes = new Int32Array(breakpoints.length);
    for (const { from, to } of own) {
      changes[place.get(from)!]++;
      changes[place.get(to)!]--;
    }
    let count = 0;
    return changes.subarray(0, -1).map((change) => (count += change));
  });
  return { breakpoints, correct };
}

/**
 * Finds the best α of a sweep, and how far it may be moved without changing the score.
 *
 * @param sweep counts along a ray
 * @param score of the right predictions on each task; null where an edit is not allowed
 * @returns the first stretch, in ascending α, that has the highest score, joined with the pieces beside it of
 *   the same score; null if nothing is allowed
 */
export function bestStretch(
  sweep: RaySweep,
  score: (correct: readonly number[]) => number | null,
): BestStretch | null {
  const { breakpoints, correct } = sweep;
  const pieces = breakpoints.length - 1;
  const scores = Array.from({ length: pieces }, (_, k) => score(correct.map((counts) => counts[k])));
  const allowed = scores.filter((value) => value !== null);
  if (allowed.length === 0) return null;
  const best = allowed.reduce((most, value) => Math.max(most, value));
  const first = scores.indexOf(best);
  let last = first;
  while (last + 1 < pieces && scores[last + 1] === best) last++;
  const width = (piece: number) => breakpoints[piece + 1] - breakpoints[piece];
  let widest = first;
  for (let piece = first; piece <= last; piece++) if (width(piece) > width(widest)) widest = piece;
  return {
    from: breakpoints[first],
    to: breakpoints[last + 1],
    score: best,
    scalingCoef: midpoint(breakpoints[widest], breakpoints[widest + 1]),
    correct: correct.map((counts) => counts[widest]),
  };
}
