import { expect, it } from 'vitest';
import { makeZeroShotHead } from '#numerics/models/zero-shot-head';

it('is the normalized mean of normalized prompt embeddings, times the logit scale', () => {
  // Class 0: (3,4)/5 and (0,2)/2 with mean (0.3,0.9); class 1: twice the same direction.
  const embeddings = Float32Array.of(3, 4, 0, 2, 1, 0, 5, 0);
  const { weight, bias, classes } = makeZeroShotHead(embeddings, 2, 2, Math.log(100));
  const norm = Math.hypot(0.3, 0.9);
  expect([...weight]).toEqual(
    [30 / norm, 90 / norm, 100, 0].map((value) => expect.closeTo(value, 4) as unknown),
  );
  expect([...bias]).toEqual([0, 0]);
  expect(classes).toBe(2);
});

it.each([
  ['zero', [0, 0, 1, 1]],
  ['not a number', [NaN, 1, 1, 1]],
  ['opposite ones whose mean is zero', [1, 0, -1, 0]],
])('refuses embeddings that are %s', (_, values) => {
  const make = () => makeZeroShotHead(Float32Array.from([...values, 1, 1, 1, 1]), 2, 2, 0);
  expect(make).toThrow(expect.objectContaining({ code: 'non_finite_features', data: { class: 0 } }));
});
