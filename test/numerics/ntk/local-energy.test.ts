import { describe, expect, it } from 'vitest';
import { RandomStream } from '#numerics/engine/random';
import { decomposeRectangular } from '#numerics/linalg/singular-values';
import { describeEigenfunction, fixSigns } from '#numerics/ntk/eigenfunctions';
import { numericalRank } from '#numerics/linalg/numerical-rank';
import { energyByRank, localEnergy } from '#numerics/ntk/local-energy';

const N = 6;

/** K_t,all for features of task and control images: inner products of rows. */
function rectangular(features: readonly (readonly number[])[]) {
  const data = features
    .slice(0, N)
    .flatMap((a) => features.map((b) => a.reduce((sum, value, i) => sum + value * b[i], 0)));
  return { rows: N, columns: features.length, data: Float64Array.from(data) };
}

const random = (dimension: number, index: number) =>
  Array.from(new RandomStream(1, 'features', index).normals(dimension));
const zeros = (count: number) => new Array<number>(count).fill(0);

describe('localEnergy', () => {
  it('is 1 on the task and 0 on the control where their gradients are orthogonal', () => {
    const task = Array.from({ length: N }, (_, i) => [...random(20, i), ...zeros(20)]);
    const control = Array.from({ length: N }, (_, i) => [...zeros(20), ...random(20, 50 + i)]);
    const { values, right } = decomposeRectangular(rectangular([...task, ...control]));
    expect(numericalRank(values, 2 * N)).toBe(N);
    const energy = localEnergy(right, N);
    energy.forEach((value, j) => expect(value).toBeCloseTo(j < N ? 1 : 0, 10));
  });

  it('is one half everywhere where task and control cannot be told apart', () => {
    const images = Array.from({ length: N }, (_, i) => random(20, i));
    const { right } = decomposeRectangular(rectangular([...images, ...images]));
    for (const value of localEnergy(right, N)) expect(value).toBeCloseTo(0.5, 10);
  });

  it('lies between 0 and 1 and sums to the rank, for every rank', () => {
    const images = Array.from({ length: 2 * N }, (_, i) => random(9, i));
    const { right } = decomposeRectangular(rectangular(images));
    const curve = energyByRank(right, N, N);
    for (let rank = 1; rank <= N; rank++) {
      const energy = localEnergy(right, rank);
      for (const value of energy) expect(value >= 0 && value <= 1 + 1e-12).toBe(true);
      expect(energy.reduce((sum, value) => sum + value, 0)).toBeCloseTo(rank, 10);
      const mean = (some: Float64Array) => some.reduce((sum, value) => sum + value, 0) / some.length;
      expect(curve.task[rank - 1]).toBeCloseTo(mean(energy.subarray(0, N)), 12);
      expect(curve.control[rank - 1]).toBeCloseTo(mean(energy.subarray(N)), 12);
    }
  });
});

describe('numericalRank', () => {
  it('does not count what identical images leave to rounding', () => {
    const one = random(20, 1);
    const images = [
      ...Array.from({ length: N }, () => one),
      ...Array.from({ length: N }, (_, i) => random(20, 9 + i)),
    ];
    const { values } = decomposeRectangular(rectangular(images));
    expect(numericalRank(values, 2 * N)).toBe(1);
  });

  it('is 0 for a kernel of zeros', () => {
    expect(numericalRank(new Float64Array(4), 8)).toBe(0);
  });
});

describe('eigenfunctions', () => {
  const matrix = { rows: 4, columns: 2, data: Float64Array.from([0.1, 0.5, -0.9, 0.5, 0.3, -0.5, 0.2, 0.5]) };

  it('have a positive entry of greatest size', () => {
    expect([...fixSigns(matrix).data]).toEqual([-0.1, 0.5, 0.9, 0.5, -0.3, -0.5, -0.2, 0.5]);
  });

  it('are described by their extremes and where their energy lies', () => {
    const facts = describeEigenfunction(fixSigns(matrix), 0, 2, 2);
    expect(facts.largest).toEqual([1, 0]);
    expect(facts.smallest).toEqual([2, 3]);
    expect(facts.energyOnTask).toBeCloseTo(0.82, 12);
  });
});
