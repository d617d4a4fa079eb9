import { describe, expect, it } from 'vitest';
import { coarseToFine, gridValues } from '#numerics/editing/coefficient-grid';
import {
  countDisagreements,
  disentanglementBand,
  disentanglementError,
  wilsonInterval,
} from '#numerics/editing/disentanglement';

describe('the disentanglement error', () => {
  it('is a sum of rates over tasks, not their mean', () => {
    const terms = [
      { disagreements: 30, count: 40 },
      { disagreements: 100, count: 200 },
    ];
    expect(disentanglementError(terms)).toBe(1.25);
    expect(countDisagreements(Int32Array.of(1, 2, 3, 4), Int32Array.of(1, 0, 3, 5))).toBe(2);
  });

  it('has a band that holds it and stays within its range', () => {
    const all = { disagreements: 50, count: 50 };
    const none = { disagreements: 0, count: 50 };
    expect(disentanglementBand([none, none])[0]).toBe(0);
    expect(disentanglementBand([all, all])[1]).toBe(2);
    // One task with certainty nothing: the band is that of the other's rate, but for the bound above 0.
    const [lower, upper] = disentanglementBand([{ disagreements: 5, count: 50 }, none]);
    expect(lower).toBeCloseTo(wilsonInterval(5, 50)[0], 12);
    expect(upper).toBeCloseTo(0.1 + Math.hypot(wilsonInterval(5, 50)[1] - 0.1, wilsonInterval(0, 50)[1]), 12);
  });

  // scipy.stats.binomtest(hits, count).proportion_ci(0.95, "wilson")
  it.each([
    [10, 100, 0.05522914, 0.17436566],
    [0, 20, 0, 0.16112516],
    [20, 20, 0.83887484, 1],
    [1, 2048, 0.000086194, 0.002760736],
  ])('has Wilson’s interval for %i of %i', (hits, count, lower, upper) => {
    const [low, high] = wilsonInterval(hits, count);
    expect(low).toBeCloseTo(lower, 7);
    expect(high).toBeCloseTo(upper, 7);
  });
});

describe('the grid of coefficients', () => {
  it('holds 0 where it lies evenly about 0', () => {
    const values = gridValues({ from: -3, to: 3, points: 21 });
    expect(values).toHaveLength(21);
    expect([values[0], values[10], values[20]]).toEqual([-3, 0, 3]);
    expect(values[13]).toBeCloseTo(0.9, 12);
    expect(gridValues({ from: 0, to: 1, points: 2 })).toEqual([0, 1]);
  });

  it.each([2, 3, 5, 20, 21, 33])('is measured once in every cell from coarse to fine (%i)', (points) => {
    const levels = coarseToFine(points);
    const cells = levels.flat().map(([row, column]) => row * points + column);
    expect([...cells].sort((a, b) => a - b)).toEqual(Array.from({ length: points ** 2 }, (_, i) => i));
    const sizes = levels.map(({ length }) => length);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    if (points > 10) expect(sizes[0]).toBeLessThan(points);
  });
});
