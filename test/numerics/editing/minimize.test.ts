import { describe, expect, it } from 'vitest';
import { crossEntropy } from '#numerics/editing/cross-entropy';
import { projectResponses } from '#numerics/editing/feature-responses';
import { minimize } from '#numerics/editing/minimize';
import type { LabeledResponses } from '#numerics/editing/right-intervals';
import { RandomStream } from '#numerics/engine/random';
import { computeLogits } from '#numerics/models/head';

const [C, F, T] = [4, 6, 2];

function drawTask(seed: number, N: number) {
  const draw = (purpose: string, length: number) => new RandomStream(seed, purpose).normals(length);
  const tangents = Array.from({ length: T }, (_, t) => draw(`tangent ${t}`, N * F));
  const features = { count: N, featureSize: F, base: draw('base', N * F), tangents };
  const head = { classes: C, featureSize: F, weight: draw('weight', C * F), bias: draw('bias', C) };
  const labels = Int32Array.from({ length: N }, (_, n) => n % C);
  const task: LabeledResponses = { responses: projectResponses(features, head), labels };
  return { task, features, head, labels };
}

describe('crossEntropy', () => {
  const drawn = [drawTask(1, 9), drawTask(2, 5)];
  const tasks = drawn.map(({ task }) => task);
  const at = [0.3, -0.8];

  it('is that of the logits of the edited features, averaged over images and then over tasks', () => {
    const losses = drawn.map(({ features, head, labels }) => {
      const edited = Float64Array.from(
        features.base,
        (value, i) => value + at.reduce((sum, alpha, t) => sum + alpha * features.tangents[t][i], 0),
      );
      const logits = computeLogits(edited, head);
      const each = Array.from(labels, (label, n) => {
        const row = logits.subarray(n * C, (n + 1) * C);
        return Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0)) - row[label];
      });
      return each.reduce((sum, loss) => sum + loss, 0) / each.length;
    });
    expect(crossEntropy(tasks, at).value).toBeCloseTo((losses[0] + losses[1]) / 2, 12);
  });

  it('has the gradient of central differences', () => {
    const { gradient } = crossEntropy(tasks, at);
    for (let t = 0; t < T; t++) {
      const step = (by: number) =>
        crossEntropy(
          tasks,
          at.map((alpha, s) => (s === t ? alpha + by : alpha)),
        ).value;
      expect(gradient[t]).toBeCloseTo((step(1e-5) - step(-1e-5)) / 2e-5, 8);
    }
  });

  it('refuses coefficients at which a feature is zero', () => {
    const { responses } = tasks[0];
    const nothing = { ...responses, grams: new Float64Array(responses.grams.length) };
    expect(() => crossEntropy([{ ...tasks[0], responses: nothing }], at)).toThrow(
      /feature of image 0 is zero/,
    );
  });
});

describe('minimize', () => {
  const options = { tolerance: 1e-9, mostIterations: 200 };

  it('finds the minimum of a quadratic', () => {
    const f = ([x, y]: Float64Array) => ({
      value: (x - 3) ** 2 + 10 * (y + 1) ** 2 + (x - 3) * (y + 1),
      gradient: Float64Array.of(2 * (x - 3) + y + 1, 20 * (y + 1) + x - 3),
    });
    const { point, residual, isConverged } = minimize(f, [0, 0], options);
    expect(point[0]).toBeCloseTo(3, 8);
    expect(point[1]).toBeCloseTo(-1, 8);
    expect(residual).toBeLessThanOrEqual(1e-9);
    expect(isConverged).toBe(true);
  });

  it('follows a curved valley', () => {
    const rosenbrock = ([x, y]: Float64Array) => ({
      value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
      gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
    });
    const { point, isConverged } = minimize(rosenbrock, [-1.2, 1], options);
    expect(isConverged).toBe(true);
    expect([...point].map((x) => Math.round(x * 1e6) / 1e6)).toEqual([1, 1]);
  });

  it('says so when it has not converged', () => {
    const slope = ([x]: Float64Array) => ({ value: x, gradient: Float64Array.of(1) });
    expect(minimize(slope, [0], { tolerance: 1e-9, mostIterations: 5 })).toMatchObject({
      iterations: 5,
      residual: 1,
      isConverged: false,
    });
  });

  it('lowers the cross-entropy of tasks to a stationary point', () => {
    const tasks = [drawTask(3, 40).task];
    const { point, value, residual } = minimize((coefs) => crossEntropy(tasks, coefs), [0, 0], options);
    expect(residual).toBeLessThan(1e-8);
    expect(value).toBeLessThan(crossEntropy(tasks, [0, 0]).value);
    for (const by of [
      [0.01, 0],
      [-0.01, 0],
      [0, 0.01],
      [0, -0.01],
    ]) {
      expect(
        crossEntropy(
          tasks,
          point.map((x, t) => x + by[t]),
        ).value,
      ).toBeGreaterThan(value);
    }
  });
});
