import { describe, expect, test } from 'vitest';
import { mapInOrder } from '#numerics/data/map-in-order';

describe('mapping in order', () => {
  test('keeps the order and the bound however long each call takes', async () => {
    let running = 0;
    let most = 0;
    const results: number[] = [];
    const delays = [9, 1, 5, 0, 7, 2];
    const mapped = mapInOrder(delays, 3, async (delay) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, delay));
      running--;
      return delay;
    });
    for await (const result of mapped) results.push(result);
    expect(results).toEqual(delays);
    expect(most).toBe(3);
  });

  test('ends with the first failure in the order of the list', async () => {
    const mapped = mapInOrder([1, 2, 3], 3, (item) =>
      item === 1 ? Promise.resolve(item) : Promise.reject(new Error(`item ${item}`)),
    );
    expect(await mapped.next()).toEqual({ value: 1, done: false });
    await expect(mapped.next()).rejects.toThrow('item 2');
  });
});
