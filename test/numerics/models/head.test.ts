import { describe, expect, it } from 'vitest';
import { computeLogits, predictClasses, type Head } from '#numerics/models/head';

const head: Head = {
  classes: 2,
  featureSize: 2,
  weight: Float32Array.of(10, 0, 0, 10),
  bias: Float32Array.of(0, 1),
};

describe('computeLogits', () => {
  it('normalizes features, applies the weight and adds the bias', () => {
    expect([...computeLogits(Float32Array.of(3, 4), head)]).toEqual([6, 9]);
  });

  it('does not see the length of a feature', () => {
    expect(computeLogits(Float32Array.of(6, 8), head)).toEqual(computeLogits(Float32Array.of(3, 4), head));
  });

  it('refuses features of another size', () => {
    expect(() => computeLogits(new Float32Array(3), head)).toThrow('not rows of length 2');
  });
});

describe('predictClasses', () => {
  it('picks the largest logit, the first where several are equal', () => {
    expect([...predictClasses(Float32Array.of(1, 2, 2, 5, 5, 4), 3)]).toEqual([1, 0]);
  });
});
