import { beforeAll, describe, expect, it } from 'vitest';
import { disposeTree, treeToArrays, type ParamTree } from '#numerics/autodiff/param-tree';
import { startEngine } from '#numerics/engine/start-engine';
import { readTensor, type NamedArray } from '#numerics/engine/tensor';
import { AdamW, initialAdamWState, type AdamWState } from '#numerics/train/adam-w';
import { clipByGlobalNorm } from '#numerics/train/clip-gradient';
import { learningRateAt } from '#numerics/train/learning-rate';
import { relativeError } from '#test/support/closeness';
import { randomTree } from '#test/support/gradient-check';
import { withoutLeaks } from '#test/support/tensor-leaks';
import { testEngines } from '#test/support/test-engines';

const settings = { learningRate: 1e-2, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1 };
const shapes = { weight: [4, 3], bias: [4] };

/** Takes steps `from` … `to − 1` with drawn gradients; disposes the parameters, not the optimizer. */
function train(optimizer: AdamW, start: ParamTree, from: number, to: number): ParamTree {
  let params = start;
  for (let step = from; step < to; step++) {
    const gradient = randomTree(shapes, `gradient ${step}`);
    const next = optimizer.update(params, gradient, settings.learningRate);
    [params, gradient].forEach(disposeTree);
    params = next;
  }
  return params;
}

/** The published algorithm on one array, in float64 throughout. */
function reference(start: ArrayLike<number>, gradients: readonly ArrayLike<number>[]): number[] {
  const { learningRate: lr, beta1, beta2, epsilon, weightDecay } = settings;
  return Array.from(start, (theta0, i) => {
    let [theta, m, v] = [theta0, 0, 0];
    gradients.forEach((gradient, t) => {
      const g = gradient[i];
      theta -= lr * weightDecay * theta;
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g ** 2;
      const mHat = m / (1 - beta1 ** (t + 1));
      const vHat = v / (1 - beta2 ** (t + 1));
      theta -= (lr * mHat) / (Math.sqrt(vHat) + epsilon);
    });
    return theta;
  });
}

/** Sends a state through plain bytes, as a checkpoint file does. */
function throughBytes(state: AdamWState): AdamWState {
  const copy = (moments: ReadonlyMap<string, NamedArray>) =>
    new Map([...moments].map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]));
  return {
    step: state.step,
    firstMoments: copy(state.firstMoments),
    secondMoments: copy(state.secondMoments),
  };
}

describe.each(testEngines)('AdamW on the %s engine', (engine) => {
  beforeAll(async () => {
    await startEngine(engine);
  });

  it('follows the published algorithm in float64', () => {
    withoutLeaks(() => {
      const params = randomTree(shapes, 'params');
      const start = treeToArrays(params);
      const gradients = Array.from({ length: 6 }, (_, step) => {
        const gradient = randomTree(shapes, `gradient ${step}`);
        const arrays = treeToArrays(gradient);
        disposeTree(gradient);
        return arrays;
      });
      const optimizer = new AdamW(settings, initialAdamWState(params));
      const trained = train(optimizer, params, 0, 6);
      for (const [name, tensor] of trained) {
        const expected = reference(
          start.get(name)!.data,
          gradients.map((g) => g.get(name)!.data),
        );
        expect(relativeError(readTensor(tensor), expected)).toBeLessThan(1e-6);
      }
      disposeTree(trained);
      optimizer.dispose();
    });
  });

  it('continues bit for bit from an exported state', () => {
    withoutLeaks(() => {
      const start = randomTree(shapes, 'params');
      const whole = new AdamW(settings, initialAdamWState(start));
      const uninterrupted = train(whole, start, 0, 6);
      const params = randomTree(shapes, 'params');
      const first = new AdamW(settings, initialAdamWState(params));
      const halfway = train(first, params, 0, 3);
      const second = new AdamW(settings, throughBytes(first.exportState()));
      const resumed = train(second, halfway, 3, 6);
      expect(treeToArrays(resumed)).toEqual(treeToArrays(uninterrupted));
      [uninterrupted, resumed].forEach(disposeTree);
      [whole, first, second].forEach((optimizer) => optimizer.dispose());
    });
  });

  it('keeps an exported state apart from later steps', () => {
    withoutLeaks(() => {
      const params = randomTree(shapes, 'params');
      const optimizer = new AdamW(settings, initialAdamWState(params));
      const exported = optimizer.exportState();
      const trained = train(optimizer, params, 0, 1);
      expect(exported.step).toBe(0);
      expect([...exported.firstMoments.values()].every(({ data }) => data.every((x) => x === 0))).toBe(true);
      expect(optimizer.exportState().step).toBe(1);
      disposeTree(trained);
      optimizer.dispose();
    });
  });

  it('pulls parameters to zero where the gradient is zero', () => {
    withoutLeaks(() => {
      const params = randomTree(shapes, 'params');
      const zero = randomTree(shapes, 'zero', 0);
      const optimizer = new AdamW(settings, initialAdamWState(params));
      const updated = optimizer.update(params, zero, 0.5);
      for (const [name, tensor] of updated) {
        const expected = readTensor(params.get(name)!).map((x) => x * (1 - 0.5 * 0.1));
        expect(readTensor(tensor)).toEqual(expected);
      }
      [params, zero, updated].forEach(disposeTree);
      optimizer.dispose();
    });
  });

  it('refuses a gradient or a state of another layout, naming the parameter', () => {
    withoutLeaks(() => {
      const params = randomTree(shapes, 'params');
      const other = randomTree({ weight: [4, 3], bias: [5] }, 'other');
      const optimizer = new AdamW(settings, initialAdamWState(params));
      expect(() => optimizer.update(params, other, 1)).toThrow('parameter "bias"');
      const foreign = new AdamW(settings, initialAdamWState(other));
      expect(() => foreign.update(params, params, 1)).toThrow('parameter "bias"');
      [params, other].forEach(disposeTree);
      [optimizer, foreign].forEach((made) => made.dispose());
    });
  });
});

describe.each(testEngines)('clipByGlobalNorm on the %s engine', (engine) => {
  beforeAll(async () => {
    await startEngine(engine);
  });

  it('scales a gradient that is too long to the limit', () => {
    withoutLeaks(() => {
      const gradient = randomTree(shapes, 'gradient', 10);
      const { gradient: clipped, norm } = clipByGlobalNorm(gradient, 1);
      const all = (tree: ParamTree) => [...tree.values()].flatMap((tensor) => [...readTensor(tensor)]);
      expect(norm).toBeCloseTo(Math.hypot(...all(gradient)), 4);
      expect(
        relativeError(
          all(clipped),
          all(gradient).map((x) => x / (norm + 1e-6)),
        ),
      ).toBeLessThan(1e-6);
      [gradient, clipped].forEach(disposeTree);
    });
  });

  it('leaves a short gradient as it is', () => {
    withoutLeaks(() => {
      const gradient = randomTree(shapes, 'gradient', 0.01);
      const { gradient: clipped } = clipByGlobalNorm(gradient, 1);
      expect(treeToArrays(clipped)).toEqual(treeToArrays(gradient));
      [gradient, clipped].forEach(disposeTree);
    });
  });
});

describe('learningRateAt', () => {
  const schedule = { steps: 100, warmupSteps: 10 };

  it('warms up in equal parts and reaches the peak at the last warm-up step', () => {
    expect(learningRateAt(0, schedule, 2)).toBeCloseTo(0.2);
    expect(learningRateAt(4, schedule, 2)).toBeCloseTo(1);
    expect(learningRateAt(9, schedule, 2)).toBe(2);
  });

  it('then follows half a cosine', () => {
    expect(learningRateAt(10, schedule, 2)).toBe(2);
    expect(learningRateAt(55, schedule, 2)).toBeCloseTo(1);
    expect(learningRateAt(99, schedule, 2)).toBeCloseTo(1 + Math.cos((Math.PI * 89) / 90));
  });

  it('starts at the peak without warm-up', () => {
    expect(learningRateAt(0, { steps: 100, warmupSteps: 0 }, 2)).toBe(2);
  });
});
