import { describe, expect, it } from 'vitest';
import { summarizeAccuracies } from '#numerics/editing/accuracies';
import {
  bestIndex,
  bestNegationIndex,
  keepsControl,
  scalingCoefGrid,
} from '#numerics/editing/coefficient-search';
import { predictFromResponses, ResponseBuilder } from '#numerics/editing/responses';
import {
  addTasks,
  decodeTaskVector,
  encodeTaskVector,
  subtractParams,
  type TaskVector,
} from '#numerics/editing/task-vector';
import { RandomStream } from '#numerics/engine/random';
import { computeLogits, predictClasses, type Head } from '#numerics/models/head';

const accuracy = (task: string, correct: number, count: number) => ({
  task,
  dataset: '0'.repeat(64),
  correct,
  count,
  top1: correct / count,
});

describe('summarizeAccuracies', () => {
  it('averages ratios and not sums, as the reference implementation does', () => {
    const edited = [accuracy('a', 50, 100), accuracy('b', 90, 100)];
    const single = [accuracy('a', 100, 100), accuracy('b', 90, 100)];
    const summary = summarizeAccuracies(edited, single);
    expect(summary.averageTop1).toBeCloseTo(0.7, 12);
    expect(summary.averageNormalizedTop1).toBeCloseTo((0.5 + 1) / 2, 12);
    expect(summary.averageNormalizedTop1).not.toBeCloseTo(1.4 / 1.9, 3);
  });

  it('has no normalised mean where a single-task model is never right, instead of infinity', () => {
    const summary = summarizeAccuracies([accuracy('a', 1, 10)], [accuracy('a', 0, 10)]);
    expect(summary.averageNormalizedTop1).toBeNull();
    expect(summary.tasks[0].normalizedTop1).toBeNull();
  });
});

describe('scalingCoefGrid', () => {
  it("is NumPy's linspace(0, 1, 21), to the last bit", () => {
    const grid = scalingCoefGrid(21);
    expect(grid).toHaveLength(21);
    expect([grid[0], grid[3], grid[6], grid[7], grid[20]]).toEqual([
      0, 0.15000000000000002, 0.30000000000000004, 0.35000000000000003, 1,
    ]);
  });
});

describe('bestIndex', () => {
  it('takes the first of equal scores', () => expect(bestIndex([0.1, 0.5, 0.5, 0.2])).toBe(1));
  it('passes over what has no score', () => expect(bestIndex([null, 0, null])).toBe(1));
  it('says when there is none', () => expect(bestIndex([null, null])).toBe(-1));
});

describe('keepsControl', () => {
  it.each([
    [0.95, 500, 475],
    [0.07, 100, 7],
    [0.29, 100, 29],
    [0.95, 3_333_340, 3_166_673],
    [1, 731, 731],
    [0, 731, 0],
  ])('counts %d of %d as kept by exactly %d, and not by one less', (threshold, pretrainedCorrect, least) => {
    expect(keepsControl(least, { threshold, pretrainedCorrect })).toBe(true);
    expect(keepsControl(least - 1, { threshold, pretrainedCorrect })).toBe(false);
  });

  it('is exact for every percentage and every count', () => {
    for (let percent = 0; percent <= 100; percent++) {
      const threshold = percent / 100;
      for (let pretrainedCorrect = 0; pretrainedCorrect <= 300; pretrainedCorrect++) {
        const least = Math.ceil((percent * pretrainedCorrect) / 100);
        expect(keepsControl(least, { threshold, pretrainedCorrect })).toBe(true);
        expect(keepsControl(least - 1, { threshold, pretrainedCorrect })).toBe(false);
      }
    }
  });
});

describe('bestNegationIndex', () => {
  const control = { threshold: 0.95, pretrainedCorrect: 500 };
  const choose = (...points: [target: number, control: number][]) =>
    bestNegationIndex(
      points.map(([target, kept]) => ({ target: { correct: target }, control: { correct: kept } })),
      control,
    );

  it('takes the lowest target accuracy that keeps the control', () =>
    expect(choose([90, 500], [60, 480], [30, 476], [5, 474])).toBe(2));
  it('takes the first of equal ones', () => expect(choose([90, 500], [40, 490], [40, 495])).toBe(1));
  it('counts a control that is exactly at its threshold as kept', () =>
    expect(choose([90, 500], [10, 475])).toBe(1));
  it('passes over a gap in which the control is lost', () =>
    expect(choose([90, 500], [60, 400], [30, 480])).toBe(2));
  it('takes α = 0 where nothing better keeps the control', () => {
    expect(choose([90, 500], [10, 300], [0, 100])).toBe(0);
    expect(choose([90, 500], [90, 500], [95, 510])).toBe(0);
  });
  it('says when none keeps the control', () => expect(choose([90, 400])).toBe(-1));
});

describe('predictFromResponses', () => {
  const F = 5;
  const head: Head = {
    classes: 4,
    featureSize: F,
    weight: new RandomStream(1, 'weight').normals(4 * F),
    bias: new RandomStream(1, 'bias').normals(4, 0, 0.5),
  };
  const N = 40;
  const base = new RandomStream(1, 'base').normals(N * F);
  const tangents = [0, 1].map((t) => new RandomStream(1, 'tangent', t).normals(N * F));

  function build() {
    const builder = new ResponseBuilder(head, { count: N, tangentCount: 2 });
    for (const [from, to] of [
      [0, 13],
      [13, N],
    ]) {
      builder.add(
        base.subarray(from * F, to * F),
        tangents.map((tangent) => tangent.subarray(from * F, to * F)),
      );
    }
    return builder.build();
  }

  it.each([
    [0, 0],
    [1, 0],
    [0.35, -0.8],
    [-3, 3],
  ])('predicts what the head says of f0 + %f d1 + %f d2, with a bias', (a1, a2) => {
    const features = Float64Array.from(base, (value, i) => value + a1 * tangents[0][i] + a2 * tangents[1][i]);
    expect(predictFromResponses(build(), [a1, a2])).toEqual(predictClasses(computeLogits(features, head), 4));
  });

  it('refuses to be built of fewer images than were announced', () => {
    const builder = new ResponseBuilder(head, { count: N, tangentCount: 2 });
    builder.add(
      base.subarray(0, F),
      tangents.map((tangent) => tangent.subarray(0, F)),
    );
    expect(() => builder.build()).toThrow(/1 images, but 40/);
  });
});

describe('task vectors', () => {
  const params = (seed: number) =>
    new Map([
      ['b', { shape: [3], data: new RandomStream(seed, 'b').normals(3) }],
      ['a', { shape: [2, 2], data: new RandomStream(seed, 'a').normals(4) }],
    ]);

  it('added with coefficient 1 give the fine-tuned parameters back, to rounding', () => {
    const [theta0, theta] = [params(1), params(2)];
    const back = addTasks(theta0, [{ scalingCoef: 1, tensors: subtractParams(theta0, theta) }]);
    for (const [name, { data }] of back) {
      data.forEach((value, i) => expect(value).toBeCloseTo(theta.get(name)!.data[i], 6));
    }
  });

  it('negated twice change nothing', () => {
    const [theta0, tau] = [params(1), params(3)];
    const once = addTasks(theta0, [{ scalingCoef: -1, tensors: tau }]);
    const twice = addTasks(theta0, [
      { scalingCoef: -1, tensors: tau },
      { scalingCoef: 1, tensors: tau },
    ]);
    expect(once).not.toEqual(theta0);
    expect(twice).toEqual(theta0);
  });

  it('are matched by name, whatever the order', () => {
    const tau = params(3);
    const reversed = new Map([...tau].reverse());
    expect(addTasks(params(1), [{ scalingCoef: 0.5, tensors: reversed }])).toEqual(
      addTasks(params(1), [{ scalingCoef: 0.5, tensors: tau }]),
    );
  });

  it.each([
    ['a name is missing', new Map([...params(3)].slice(1))],
    ['a name is not known', new Map([...params(3), ['c', { shape: [1], data: new Float32Array(1) }]])],
    ['a shape differs', new Map([...params(3), ['b', { shape: [1], data: new Float32Array(1) }]])],
  ])('are refused where %s', (_, tensors) => {
    expect(() => addTasks(params(1), [{ scalingCoef: 1, tensors }])).toThrow(
      expect.objectContaining({ code: 'params_mismatch' }),
    );
  });

  it('come back from their file as they were, with where they come from', () => {
    const vector: TaskVector = { kind: 'linear', model: 'f'.repeat(64), label: 'Cars', tensors: params(4) };
    const bytes = encodeTaskVector(vector);
    expect(decodeTaskVector(bytes, 'file')).toEqual({
      ...vector,
      tensors: new Map([...vector.tensors].sort()),
    });
    expect(encodeTaskVector({ ...vector, tensors: new Map([...vector.tensors].reverse()) })).toEqual(bytes);
  });
});
