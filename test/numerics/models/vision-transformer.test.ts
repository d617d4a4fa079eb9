import { beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#contract/errors';
import { jvp, jvpMany } from '#numerics/autodiff/jvp';
import { linearize } from '#numerics/autodiff/linearize';
import { addTrees, axpyTrees, disposeTree, scaleTree } from '#numerics/autodiff/param-tree';
import type { ParamFunction } from '#numerics/autodiff/param-function';
import { Trace } from '#numerics/autodiff/trace';
import { startEngine } from '#numerics/engine/start-engine';
import { readTensor, type Tensor } from '#numerics/engine/tensor';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { relativeError } from '#test/support/closeness';
import { centralDifferenceError, dotProductError } from '#test/support/gradient-check';
import { withoutLeaks } from '#test/support/tensor-leaks';
import { tinyArchitecture, tinyDelta, tinyParams, tinyPixels } from '#test/support/tiny-tower';

beforeAll(async () => {
  await startEngine('wasm');
});

/** Runs a test on the tiny tower as a function of its parameters, and checks for leaks. */
function onTower(activation: 'quickGelu' | 'gelu', check: (f: ParamFunction, pixels: Tensor) => void): void {
  withoutLeaks(() => {
    const pixels = tinyPixels(3);
    const encode = imageEncoder({ ...tinyArchitecture, activation });
    check((params) => encode(params, pixels), pixels);
    pixels.dispose();
  });
}

function read(tensor: Tensor): Float32Array {
  const numbers = readTensor(tensor);
  tensor.dispose();
  return numbers;
}

describe.each(['quickGelu', 'gelu'] as const)('the image tower with %s', (activation) => {
  it('has forward and reverse modes that are transposes of each other', () => {
    onTower(activation, (f) => {
      const params = tinyParams(1);
      expect(dotProductError(f, params)).toBeLessThan(1e-5);
      disposeTree(params);
    });
  });

  it('agrees with central differences', () => {
    onTower(activation, (f) => {
      const params = tinyParams(1);
      expect(centralDifferenceError(f, params)).toBeLessThan(1e-3);
      disposeTree(params);
    });
  });
});

describe('the tangent of the image tower', () => {
  it('is linear in the direction', () => {
    onTower('quickGelu', (f) => {
      const params = tinyParams(1);
      const [v, w] = [tinyDelta(2), tinyDelta(3)];
      const combined = axpyTrees(-2.5, v, w);
      const { primal, tangents } = jvpMany(f, params, [v, w, combined]);
      const [jv, jw, jCombined] = tangents.map(read);
      const expected = jv.map((value, i) => -2.5 * value + jw[i]);
      expect(relativeError(jCombined, expected)).toBeLessThan(1e-5);
      primal.dispose();
      [params, v, w, combined].forEach(disposeTree);
    });
  });

  it('is the same alone, beside others, and along a stored trace', () => {
    onTower('quickGelu', (f) => {
      const params = tinyParams(1);
      const [v, w] = [tinyDelta(2), tinyDelta(3)];
      const alone = jvp(f, params, v);
      const together = jvpMany(f, params, [w, v]);
      const trace = new Trace(f, params);
      const stored = read(trace.pushForward(v));
      expect(readTensor(together.tangents[1])).toEqual(readTensor(alone.tangent));
      expect(stored).toEqual(readTensor(alone.tangent));
      expect(readTensor(trace.primal)).toEqual(readTensor(alone.primal));
      [alone.primal, alone.tangent, together.primal, ...together.tangents, trace].forEach((made) =>
        made.dispose(),
      );
      [params, v, w].forEach(disposeTree);
    });
  });

  it('is zero for a zero direction', () => {
    onTower('quickGelu', (f) => {
      const params = tinyParams(1);
      const zero = scaleTree(0, params);
      const { primal, tangent } = jvp(f, params, zero);
      expect(readTensor(tangent).every((value) => value === 0)).toBe(true);
      [primal, tangent].forEach((tensor) => tensor.dispose());
      [params, zero].forEach(disposeTree);
    });
  });
});

describe('linearize', () => {
  it('gives the function itself at the parameters of expansion', () => {
    onTower('quickGelu', (f) => {
      const params0 = tinyParams(1);
      expect(read(linearize(f, params0)(params0))).toEqual(read(f(params0)));
      disposeTree(params0);
    });
  });

  it('departs from the function by the square of the displacement', () => {
    onTower('quickGelu', (f) => {
      const params0 = tinyParams(1);
      const linear = linearize(f, params0);
      const [far, near] = [0.02, 0.005].map((deviation) => {
        const delta = tinyDelta(2, deviation);
        const params = addTrees(params0, delta);
        const error = relativeError(read(linear(params)), read(f(params)));
        [delta, params].forEach(disposeTree);
        return error;
      });
      expect(far / near).toBeGreaterThan(8);
      expect(far / near).toBeLessThan(32);
      disposeTree(params0);
    });
  });
});

describe('the image tower', () => {
  it('gives the same features on both engines', async () => {
    const features: Float32Array[] = [];
    for (const engine of ['cpu', 'wasm'] as const) {
      await startEngine(engine);
      onTower('quickGelu', (f) => {
        const params = tinyParams(1);
        features.push(read(f(params)));
        disposeTree(params);
      });
    }
    expect(relativeError(features[1], features[0])).toBeLessThan(1e-5);
  });

  it('gives bit-equal features when it is run again', () => {
    onTower('quickGelu', (f) => {
      const params = tinyParams(1);
      expect(read(f(params))).toEqual(read(f(params)));
      disposeTree(params);
    });
  });

  it('names a parameter that is missing, and leaves nothing behind', () => {
    onTower('quickGelu', (f) => {
      const params = new Map(tinyParams(1));
      const name = 'visual.transformer.resblocks.1.mlp.c_proj.bias';
      params.get(name)!.dispose();
      params.delete(name);
      for (const attempt of [() => f(params), () => new Trace(f, params)]) {
        expect(attempt).toThrow(AppError);
        expect(attempt).toThrow(`parameter "${name}" is missing`);
      }
      disposeTree(params);
    });
  });
});
