import { describe, expect, test } from 'vitest';
import { prefetch } from '#numerics/data/loader/prefetch';

describe('prefetching', () => {
  test('starts only so many items ahead of the one in use', async () => {
    const started: number[] = [];
    const results = prefetch([0, 1, 2, 3, 4], 2, (item) => {
      started.push(item);
      return Promise.resolve(item * 10);
    });
    expect(started).toEqual([]);
    expect((await results.next()).value).toBe(0);
    expect(started).toEqual([0, 1, 2]);
    expect((await results.next()).value).toBe(10);
    expect(started).toEqual([0, 1, 2, 3]);
  });

  test('keeps the order of the items', async () => {
    const delays = [30, 5, 20, 1];
    const seen: number[] = [];
    const results = prefetch([...delays.keys()], 3, async (item) => {
      await new Promise((resolve) => setTimeout(resolve, delays[item]));
      return item;
    });
    for await (const item of results) seen.push(item);
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  test('raises a failure where its result would be, and leaves no other unhandled', async () => {
    const fail = (item: number): Promise<number> =>
      item === 0 ? Promise.resolve(item) : Promise.reject(new Error(`item ${item}`));
    const results = prefetch([0, 1, 2], 2, fail);
    expect((await results.next()).value).toBe(0);
    await expect(results.next()).rejects.toThrow('item 1');
  });
});
