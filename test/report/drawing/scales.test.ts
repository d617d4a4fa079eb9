import { describe, expect, test } from 'vitest';
import { estimateDensity } from '#report/drawing/density';
import { measureText, printable } from '#report/drawing/fonts';
import { isBright, scaleColor, seriesColor } from '#report/drawing/palette';
import { linearTicks, logTicks } from '#report/drawing/ticks';

describe('ticks', () => {
  test('are round numbers within the range, never more than there is room for', () => {
    expect(linearTicks([0, 1], 6).map(({ label }) => label)).toEqual([
      '0.0',
      '0.2',
      '0.4',
      '0.6',
      '0.8',
      '1.0',
    ]);
    expect(linearTicks([-2.1, 2.1], 5).map(({ label }) => label)).toEqual(['−2', '−1', '0', '1', '2']);
    expect(linearTicks([50, 101], 4).map(({ at }) => at)).toEqual([60, 80, 100]);
    for (const [low, high] of [
      [-0.003, 0.0071],
      [12_345, 98_765],
      [0.2, 0.21],
      [-1e6, 3],
    ] as const) {
      for (const most of [2, 3, 5, 9]) {
        const ticks = linearTicks([low, high], most);
        expect(ticks.length).toBeLessThanOrEqual(most);
        expect(ticks.length).toBeGreaterThan(0);
        for (const { at } of ticks) expect(at >= low && at <= high).toBe(true);
        expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
      }
    }
  });

  test('of a logarithmic axis are powers of ten', () => {
    expect(logTicks([1e-6, 1], 4).map(({ label }) => label)).toEqual(['10⁻⁶', '10⁻⁴', '10⁻²', '1']);
    expect(logTicks([1, 400], 8).map(({ at }) => at)).toEqual([1, 10, 100]);
    expect(logTicks([0.2, 0.9], 4).every(({ at }) => at >= 0.2 && at <= 0.9)).toBe(true);
  });
});

describe('colors', () => {
  test('of maps are those of viridis as Matplotlib has them', () => {
    // matplotlib.colormaps['viridis'](x) at 0, 1/4, 1/2, 3/4, 1.
    const known = { 0: '#440154', 0.25: '#3b528b', 0.5: '#21918c', 0.75: '#5ec962', 1: '#fde725' };
    for (const [fraction, color] of Object.entries(known)) {
      const ours = scaleColor('color-blind', Number(fraction));
      for (const place of [1, 3, 5]) {
        const channel = (text: string) => parseInt(text.slice(place, place + 2), 16);
        expect(Math.abs(channel(ours) - channel(color))).toBeLessThanOrEqual(2);
      }
    }
  });

  test('end where the scale ends', () => {
    expect(scaleColor('greyscale', -3)).toBe(scaleColor('greyscale', 0));
    expect(scaleColor('greyscale', 7)).toBe(scaleColor('greyscale', 1));
    expect(isBright('#fde725')).toBe(true);
    expect(isBright('#440154')).toBe(false);
  });

  test('of greyscale are greys that grow lighter for the first three series', () => {
    const levels = [0, 1, 2].map((series) => seriesColor('greyscale', series));
    for (const color of levels) expect(color.slice(1, 3)).toBe(color.slice(3, 5));
    expect([...levels].sort()).toEqual(levels);
  });
});

describe('a density', () => {
  const values = [0.1, 0.15, 0.2, 0.22, 0.4, 0.41, 0.43, 0.8];

  test('is the sum of normal densities with the bandwidth of Silverman', () => {
    const { at, density } = estimateDensity(values);
    // numpy.std(ddof=1) = 0.2299961180…, quartiles 0.1875 and 0.415, so IQR/1.34 = 0.16977611….
    const width = (0.9 * (0.415 - 0.1875)) / 1.34 / 8 ** 0.2;
    const exact = (x: number) =>
      values.reduce((sum, v) => sum + Math.exp(-((x - v) ** 2) / (2 * width ** 2)), 0) /
      (8 * width * Math.sqrt(2 * Math.PI));
    for (const i of [0, 20, 63]) expect(density[i]).toBeCloseTo(exact(at[i]), 10);
    expect([at[0], at[63]]).toEqual([0.1, 0.8]);
  });

  test('of equal values is one point', () => {
    expect(estimateDensity([0.5, 0.5])).toEqual({ at: [0.5], density: [1] });
    expect(estimateDensity([1, 1, 1, 1, 2]).density.every(Number.isFinite)).toBe(true);
  });
});

describe('letters', () => {
  test('are as wide as Arial and Times have them', () => {
    // Advance widths in Arial and Times New Roman, of 2048 to an em: H 1479, i 455; H 1479, i 569.
    expect(measureText('Hi', 'sans', 'regular', 2048)).toBeCloseTo(1934, 6);
    expect(measureText('Hi', 'serif', 'regular', 2048)).toBeCloseTo(2048, 6);
  });

  test('that the fonts lack are told by their code points', () => {
    expect(printable('α ± ξ\n中\u0007')).toBe('α ± ξ U+4E2D');
  });
});
