import { describe, expect, it } from 'vitest';
import { mean, sampleDeviation, spreadOf, studentQuantile } from '#report/spread';

describe('spread over seeds', () => {
  it.each([
    [1, 12.706204736432095],
    [2, 4.302652729911275],
    [4, 2.7764451051977987],
    [9, 2.2621571628540993],
    [30, 2.042272456301238],
    [31, 2.039513446396408],
    [35, 2.030107928250343],
    [40, 2.021075390306273],
    [60, 2.0002978220142604],
    [100, 1.9839715185235518],
    [1000, 1.9623390808264083],
  ])(
    'has the 97.5 % quantile of Student’s t with %i degrees of freedom that SciPy has',
    (degrees, quantile) => {
      expect(studentQuantile(degrees)).toBeCloseTo(quantile, 6);
    },
  );

  it('gives mean, sample deviation and the interval of the mean', () => {
    const values = [0.7, 0.74, 0.72];
    expect(mean(values)).toBeCloseTo(0.72, 12);
    expect(sampleDeviation(values)).toBeCloseTo(0.02, 12);
    const spread = spreadOf(values);
    expect(spread.count).toBe(3);
    // scipy.stats.t.interval(0.95, 2, 0.72, sem)
    expect(spread.interval).toBeCloseTo(0.0496827, 6);
  });

  it('has no deviation and no interval for one seed', () => {
    expect(spreadOf([0.5])).toEqual({ count: 1, mean: 0.5, deviation: null, interval: null });
  });
});
