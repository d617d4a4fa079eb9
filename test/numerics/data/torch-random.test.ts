import { expect, it } from 'vitest';
import { torchPermutation } from '#numerics/data/torch-random';
import { splitValidation } from '#numerics/data/split-validation';

// Made with torch 2.13: torch.randperm(n, generator=torch.Generator().manual_seed(seed)); the sum is of i · p_i.
it.each([
  [60_000, 0, [36044, 10678, 57327], [31951, 27130, 1544], 597_165],
  [3760, 0, [3324, 3133, 895], [628, 87, 2525], 427_844],
  [1000, 1, [845, 303, 66], [513, 935, 639], 928_408],
  [10, 0, [4, 1, 7], [8, 6, 2], 209],
  [17, 3, [16, 9, 1], [13, 10, 8], 1057],
  [2, 0xffff_ffff, [1, 0], [1, 0], 0],
  [1, 0, [0], [0], 0],
])('permutes %i numbers with seed %i as PyTorch does', (count, seed, first, last, sum) => {
  const order = torchPermutation(count, seed);
  expect([...order.subarray(0, first.length)]).toEqual(first);
  expect([...order.subarray(-last.length)]).toEqual(last);
  expect(order.reduce((total, value, i) => (total + i * value) % 1_000_003, 0)).toBe(sum);
});

it('gives the training indices of MNIST that the reference implementation has', () => {
  const samples = Array.from({ length: 60_000 }, (_, i) => i);
  const { train, val } = splitValidation(samples, { seed: 0, valFraction: 0.1, valCap: 5000 });
  expect([train.length, val.length]).toEqual([55_000, 5000]);
  expect(train[0]).toBe(36_044);
  expect(val.at(-1)).toBe(1544);
});
