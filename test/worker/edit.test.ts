import { describe, expect, it } from 'vitest';
import { groupByDirection, pretrainedEdit, scaleVectors } from '#worker/procedures/edit';

describe('scaleVectors', () => {
  it('knows one edit with α = 0, whatever the vectors and the sign', () => {
    expect([scaleVectors([0], 0), scaleVectors([1, 2], -0)]).toEqual([pretrainedEdit, pretrainedEdit]);
  });
});

describe('groupByDirection', () => {
  const sweep = (vectors: number[]) => [0, 0.5, 1].map((alpha) => scaleVectors(vectors, -alpha));
  const edits = [0, 1, 2].flatMap((t) => sweep([t]));

  it('keeps every edit in its place', () => {
    for (const most of [1, 2, 3, 9]) expect(groupByDirection(edits, most).flat()).toEqual(edits);
  });

  it.each([
    [1, [4, 3, 2]],
    [2, [7, 2]],
    [3, [9]],
  ])('begins a group where a direction more than %i would be needed', (most, sizes) => {
    expect(groupByDirection(edits, most).map(({ length }) => length)).toEqual(sizes);
  });

  it('counts a sum of vectors as one direction', () => {
    expect(groupByDirection([...sweep([0]), ...sweep([0, 1, 2])], 2)).toHaveLength(1);
  });
});
