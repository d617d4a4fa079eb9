import { describe, expect, test } from 'vitest';
import { batchIndices, evaluationBatches, trainingBatches } from '#numerics/data/batch-order';

function epoch(seed: number, number: number): number[] {
  return [0, 1, 2].flatMap((batch) => [
    ...batchIndices({ count: 11, batchSize: 3, seed, step: number * 3 + batch }),
  ]);
}

describe('the order of training samples', () => {
  test('shows no sample twice in an epoch and drops the incomplete batch', () => {
    for (const number of [0, 1, 50]) {
      const order = epoch(5, number);
      expect(order).toHaveLength(9);
      expect(new Set(order).size).toBe(9);
      expect(Math.max(...order)).toBeLessThan(11);
    }
  });

  test('is a permutation of all samples where batches divide them', () => {
    const steps = [4, 5, 6, 7].flatMap((step) => [
      ...batchIndices({ count: 12, batchSize: 3, seed: 1, step }),
    ]);
    expect(steps.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });

  test('differs between epochs and between seeds', () => {
    expect(epoch(5, 1)).not.toEqual(epoch(5, 0));
    expect(epoch(6, 0)).not.toEqual(epoch(5, 0));
  });

  test('does not depend on which batches were asked for before', () => {
    const request = { count: 100, batchSize: 10, seed: 3, step: 47 };
    const first = batchIndices(request);
    batchIndices({ ...request, step: 3 });
    batchIndices({ ...request, seed: 4 });
    const again = batchIndices(request);
    expect(again).toEqual(first);
    again.fill(0);
    expect(batchIndices(request)).toEqual(first);
  });

  test('takes the whole set in each batch where it is smaller than a batch', () => {
    const batches = [0, 1].map((step) => batchIndices({ count: 5, batchSize: 8, seed: 3, step }));
    for (const batch of batches) expect([...batch].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(batches[0]).not.toEqual(batches[1]);
  });
});

describe('the batches of a training run', () => {
  const request = { count: 10, batchSize: 4, seed: 5, augmentation: 'random-resized-crop' } as const;

  test('give every image that is seen a crop of its own, the same after a resumption', () => {
    const whole = [...trainingBatches({ ...request, from: 0, to: 5 })];
    expect(whole.map(({ crop }) => crop)).toEqual(
      [0, 4, 8, 12, 16].map((position) => ({ seed: 5, position })),
    );
    expect([...trainingBatches({ ...request, from: 3, to: 5 })]).toEqual(whole.slice(3));
  });

  test('take the images in the same order without augmentation', () => {
    const [cropped, whole] = (['random-resized-crop', 'none'] as const).map((augmentation) => [
      ...trainingBatches({ ...request, augmentation, from: 0, to: 5 }),
    ]);
    expect(whole.map(({ indices }) => indices)).toEqual(cropped.map(({ indices }) => indices));
    expect(whole.every(({ crop }) => crop === null)).toBe(true);
  });
});

describe('the order of evaluation samples', () => {
  test('is the order of the folder with a smaller last batch', () => {
    const batches = [...evaluationBatches(5, 2)];
    expect(batches.map(({ indices }) => Array.from(indices))).toEqual([[0, 1], [2, 3], [4]]);
    expect(batches.every(({ crop }) => crop === null)).toBe(true);
    expect([...evaluationBatches(4, 2)]).toHaveLength(2);
  });
});
