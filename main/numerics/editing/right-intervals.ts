import type { Responses } from './responses';

/** An open interval of α. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Everything a linearised model says about the images of one split, and what is right. */
export interface LabeledResponses {
  readonly responses: Responses;
  /** N class indices. */
  readonly labels: ArrayLike<number>;
}

/**
 * Finds, for every image, where along the ray α·u the linearised model predicts its label.
 *
 * Against class c the label y wins where m(α) = (p_y − p_c) + α (d_y − d_c) + (b_y − b_c) ‖f(α)‖ > 0, with
 * p the head times the base feature and d the head times the tangent of the direction. Without a bias m is
 * affine and y wins on a half-line, so all classes together leave one interval, or none. With a bias the
 * roots of m are among those of a quadratic, since ‖f(α)‖² is one.
 *
 * Source: the upper envelope of lines, as in the line search of minimum error rate training (Och, ACL 2003).
 *
 * @param labeled N images
 * @param direction u, one per task vector
 * @param range where α is looked for
 * @returns for every image its intervals inside the range, ascending and disjoint. A single point, where two
 *   logits are equal, is no interval
 */
export function rightIntervals(
  labeled: LabeledResponses,
  direction: readonly number[],
  range: Interval,
): Interval[][] {
  const { responses, labels } = labeled;
  const { classCount, count, bias } = responses;
  return Array.from({ length: count }, (_, image) => {
    const line = lineOf(responses, image, direction);
    const y = labels[image];
    let intervals: Interval[] = [range];
    for (let c = 0; c < classCount && intervals.length > 0; c++) {
      if (c === y) continue;
      const margin: Margin = {
        offset: line.base[y] - line.base[c],
        slope: line.tangent[y] - line.tangent[c],
        bias: bias[y] - bias[c],
        winsTie: y < c,
      };
      intervals = intervals.flatMap((interval) => whereWon(margin, line.squaredNorm, interval));
    }
    return intervals;
  });
}

/** One image along the ray. */
interface Line {
  /** C: the head times f0, and times Σ u_t d_t. */
  readonly base: Float64Array;
  readonly tangent: Float64Array;
  /** ‖f(α)‖² = q0 + 2 q1 α + q2 α². */
  readonly squaredNorm: readonly [number, number, number];
}

/** The lead of the label over another class. */
interface Margin {
  readonly offset: number;
  readonly slope: number;
  readonly bias: number;
  /** Whether the label is predicted where the lead is 0 throughout: the lowest of equal classes is. */
  readonly winsTie: boolean;
}

function lineOf(responses: Responses, image: number, direction: readonly number[]): Line {
  const { classCount: C, tangentCount, projections, grams } = responses;
  const width = 1 + tangentCount;
  const row = image * width * C;
  const tangent = new Float64Array(C);
  const gram = (i: number, j: number) => grams[(image * width + i) * width + j];
  let [q1, q2] = [0, 0];
  direction.forEach((u, t) => {
    for (let c = 0; c < C; c++) tangent[c] += u * projections[row + (t + 1) * C + c];
    q1 += u * gram(0, t + 1);
    direction.forEach((other, s) => (q2 += u * other * gram(t + 1, s + 1)));
  });
  return { base: projections.subarray(row, row + C), tangent, squaredNorm: [gram(0, 0), q1, q2] };
}

/** The parts of an interval on which the margin is positive. */
function whereWon(margin: Margin, squaredNorm: Line['squaredNorm'], { from, to }: Interval): Interval[] {
  const { offset, slope, bias, winsTie } = margin;
  const [q0, q1, q2] = squaredNorm;
  const isWon = (alpha: number) => {
    const norm = Math.sqrt(Math.max(0, q0 + 2 * q1 * alpha + q2 * alpha * alpha));
    const lead = offset + slope * alpha + bias * norm;
    return lead > 0 || (lead === 0 && winsTie);
  };
  const roots =
    bias === 0
      ? slope === 0
        ? []
        : [-offset / slope]
      : // (offset + slope α)² = bias² ‖f(α)‖², of which some are roots of the negated norm: they cut needlessly.
        realRoots(
          slope * slope - bias * bias * q2,
          2 * (offset * slope - bias * bias * q1),
          offset * offset - bias * bias * q0,
        );
  const cuts = [from, ...roots.filter((root) => root > from && root < to).sort((a, b) => a - b), to];
  const won: { from: number; to: number }[] = [];
  for (let i = 0; i + 1 < cuts.length; i++) {
    if (!(cuts[i] < cuts[i + 1]) || !isWon(midpoint(cuts[i], cuts[i + 1]))) continue;
    const last = won.at(-1);
    if (last?.to === cuts[i]) last.to = cuts[i + 1];
    else won.push({ from: cuts[i], to: cuts[i + 1] });
  }
  return won;
}

function realRoots(a: number, b: number, c: number): number[] {
  if (a === 0) return b === 0 ? [] : [-c / b];
  const discriminant = b * b - 4 * a * c;
  if (discriminant < 0) return [];
  // The larger of b and the root in size is added to, never subtracted from.
  const q = -0.5 * (b + (b < 0 ? -1 : 1) * Math.sqrt(discriminant));
  return q === 0 ? [0] : [q / a, c / q];
}

/** Returns the middle of an interval. */
export function midpoint(from: number, to: number): number {
  return from + (to - from) / 2;
}
