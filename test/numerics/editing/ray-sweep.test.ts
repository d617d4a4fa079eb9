import { describe, expect, it } from 'vitest';
import { projectResponses } from '#numerics/editing/feature-responses';
import { bestStretch, sweepRay } from '#numerics/editing/ray-sweep';
import { predictFromResponses } from '#numerics/editing/responses';
import type { LabeledResponses } from '#numerics/editing/right-intervals';
import { RandomStream } from '#numerics/engine/random';

const [N, C, F, T] = [60, 5, 7, 3];

/** Random features and tangents under a random head, with random labels. */
function drawTask(seed: number, biasSize: number): LabeledResponses {
  const draw = (purpose: string, length: number, deviation = 1) =>
    new RandomStream(seed, purpose).normals(length, 0, deviation);
  const tangents = Array.from({ length: T }, (_, t) => draw(`tangent ${t}`, N * F));
  const features = { count: N, featureSize: F, base: draw('base', N * F), tangents };
  const head = { classes: C, featureSize: F, weight: draw('weight', C * F), bias: draw('bias', C, biasSize) };
  const stream = new RandomStream(seed, 'labels');
  return {
    responses: projectResponses(features, head),
    labels: Int32Array.from({ length: N }, () => stream.integer(C)),
  };
}

function countAt({ responses, labels }: LabeledResponses, coefs: readonly number[]): number {
  return predictFromResponses(responses, coefs).filter((prediction, n) => prediction === labels[n]).length;
}

describe.each([
  ['without a bias', 0],
  ['with a bias', 0.7],
])('a sweep along a ray %s', (_, biasSize) => {
  const tasks = [drawTask(1, biasSize), drawTask(2, biasSize)];
  const direction = [1, -0.5, 0];
  const range = { from: -2, to: 3 };
  const sweep = sweepRay(tasks, direction, range);

  it('counts what evaluating the model counts, in every piece', () => {
    const { breakpoints, correct } = sweep;
    expect(breakpoints.length).toBeGreaterThan(N / 2);
    expect([breakpoints[0], breakpoints.at(-1)]).toEqual([range.from, range.to]);
    for (let k = 0; k + 1 < breakpoints.length; k++) {
      expect(breakpoints[k]).toBeLessThan(breakpoints[k + 1]);
      // In a piece as narrow as rounding nothing can be measured.
      if (breakpoints[k + 1] - breakpoints[k] < 1e-9) continue;
      for (const part of [0.01, 0.5, 0.99]) {
        const alpha = breakpoints[k] + part * (breakpoints[k + 1] - breakpoints[k]);
        const coefs = direction.map((u) => u * alpha);
        expect(correct.map((counts) => counts[k])).toEqual(tasks.map((task) => countAt(task, coefs)));
      }
    }
  });

  it('finds a best stretch that no grid exceeds', () => {
    const best = bestStretch(sweep, ([a, b]) => a + 2 * b)!;
    const scoreAt = (alpha: number) => {
      const [a, b] = tasks.map((task) =>
        countAt(
          task,
          direction.map((u) => u * alpha),
        ),
      );
      return a + 2 * b;
    };
    const grid = Array.from({ length: 2001 }, (_, i) => -2 + (5 * i) / 2000);
    expect(best.score).toBeGreaterThanOrEqual(Math.max(...grid.map(scoreAt)));
    expect(scoreAt(best.scalingCoef)).toBe(best.score);
    expect(best.from).toBeLessThan(best.scalingCoef);
    expect(best.scalingCoef).toBeLessThan(best.to);
    const width = 1e-7 * (best.to - best.from);
    if (best.from > range.from) expect(scoreAt(best.from - width)).not.toBe(best.score);
    if (best.to < range.to) expect(scoreAt(best.to + width)).not.toBe(best.score);
  });
});

describe('bestStretch', () => {
  const sweep = {
    breakpoints: Float64Array.of(0, 1, 2, 4, 5),
    correct: [Int32Array.of(3, 7, 7, 7), Int32Array.of(9, 1, 2, 9)],
  };

  it('joins neighbours of one score, and takes the middle of the widest piece', () => {
    expect(bestStretch(sweep, ([a]) => a)).toEqual({
      from: 1,
      to: 5,
      score: 7,
      scalingCoef: 3,
      correct: [7, 2],
    });
  });

  it('takes the first of equal stretches', () => {
    expect(bestStretch(sweep, ([, b]) => b)).toMatchObject({ from: 0, to: 1, scalingCoef: 0.5 });
  });

  it('leaves out what is not allowed, and knows when nothing is', () => {
    expect(bestStretch(sweep, ([a, b]) => (b < 9 ? a + b : null))).toMatchObject({
      from: 2,
      to: 4,
      score: 9,
    });
    expect(bestStretch(sweep, () => null)).toBeNull();
  });
});
