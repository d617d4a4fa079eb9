import { beforeAll, describe, expect, it } from 'vitest';
import {
  addTrees,
  assertSameLayout,
  axpyTrees,
  disposeTree,
  dotTrees,
  normTree,
  scaleTree,
  shareTree,
  subtractTrees,
  treeFromArrays,
  treeToArrays,
  zerosLikeTree,
  type ParamTree,
} from '#numerics/autodiff/param-tree';
import { startEngine } from '#numerics/engine/start-engine';
import { readTensor } from '#numerics/engine/tensor';
import { withoutLeaks } from '#test/support/tensor-leaks';

beforeAll(async () => {
  await startEngine('wasm');
});

function tree(values: Record<string, number[]>): ParamTree {
  const arrays = Object.entries(values).map(
    ([name, numbers]) => [name, { shape: [numbers.length], data: Float32Array.from(numbers) }] as const,
  );
  return treeFromArrays(new Map(arrays));
}

function numbersOf(x: ParamTree): Record<string, number[]> {
  return Object.fromEntries([...x].map(([name, tensor]) => [name, [...readTensor(tensor)]]));
}

describe('arithmetic of trees', () => {
  it('works parameter by parameter, whatever the order of names', () => {
    withoutLeaks(() => {
      const a = tree({ x: [1, 2], y: [3] });
      const b = tree({ y: [30], x: [10, 20] });
      const results = [
        addTrees(a, b),
        subtractTrees(b, a),
        scaleTree(-2, a),
        axpyTrees(2, a, b),
        zerosLikeTree(a),
      ];
      expect(results.map(numbersOf)).toEqual([
        { x: [11, 22], y: [33] },
        { x: [9, 18], y: [27] },
        { x: [-2, -4], y: [-6] },
        { x: [12, 24], y: [36] },
        { x: [0, 0], y: [0] },
      ]);
      [a, b, ...results].forEach(disposeTree);
    });
  });

  it('accumulates products in float64', () => {
    withoutLeaks(() => {
      const a = tree({ x: [1, 1e8], y: [1e-4] });
      const b = tree({ x: [1, 0], y: [1] });
      expect(dotTrees(a, b)).toBe(1 + Math.fround(1e-4));
      expect(normTree(b)).toBe(Math.SQRT2);
      [a, b].forEach(disposeTree);
    });
  });

  it('shares numbers between owners of their own lifetime', () => {
    withoutLeaks(() => {
      const a = tree({ x: [1, 2] });
      const shared = shareTree(a);
      disposeTree(a);
      expect(numbersOf(shared)).toEqual({ x: [1, 2] });
      disposeTree(shared);
    });
  });

  it('copies arrays on the way in and out', () => {
    withoutLeaks(() => {
      const data = Float32Array.of(1, 2);
      const a = treeFromArrays(new Map([['x', { shape: [2], data }]]));
      data[0] = 99;
      treeToArrays(a).get('x')!.data[1] = 99;
      expect(numbersOf(a)).toEqual({ x: [1, 2] });
      disposeTree(a);
    });
  });
});

describe('assertSameLayout', () => {
  it.each([
    ['a parameter that is missing', { x: [1] }, 'parameter "y" is missing'],
    ['a parameter that is not expected', { x: [1], y: [1], z: [1] }, 'parameter "z" is not expected'],
    [
      'a parameter of another shape',
      { x: [1], y: [1, 2] },
      'parameter "y" has shape [2] where [1] is expected',
    ],
  ])('names %s', (_, values, problem) => {
    withoutLeaks(() => {
      const expected = tree({ x: [0], y: [0] });
      const actual = tree(values);
      for (const combine of [assertSameLayout, addTrees, dotTrees]) {
        expect(() => combine(expected, actual)).toThrow(problem);
      }
      [expected, actual].forEach(disposeTree);
    });
  });
});
