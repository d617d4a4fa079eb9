import { beforeAll, describe, expect, it } from 'vitest';
import { jvp } from '#numerics/autodiff/jvp';
import { disposeTree } from '#numerics/autodiff/param-tree';
import { Trace } from '#numerics/autodiff/trace';
import { primitives } from '#numerics/engine/primitives';
import { RandomStream } from '#numerics/engine/random';
import { startEngine } from '#numerics/engine/start-engine';
import { createTensor, readTensor, tidy } from '#numerics/engine/tensor';
import { relativeError } from '#test/support/closeness';
import { centralDifferenceError, dotProductError, randomTree } from '#test/support/gradient-check';
import { primitiveSubjects } from '#test/support/primitive-subjects';
import { testEngines } from '#test/support/test-engines';
import { withoutLeaks } from '#test/support/tensor-leaks';
import { oracleJvp, oracleVjp } from '#test/support/tfjs-oracle';

it('every primitive stands in the table of subjects', () => {
  const covered = new Set(primitiveSubjects.map(({ primitive }) => primitive));
  expect([...covered].sort()).toEqual(Object.keys(primitives).sort());
});

describe.each(testEngines)('on the %s engine', (engine) => {
  beforeAll(async () => {
    await startEngine(engine);
  });

  describe.each(primitiveSubjects)('$title', ({ f, composition, inputs }) => {
    it('gives what its composition gives', () => {
      withoutLeaks(() => {
        const params = randomTree(inputs, 'params');
        const actual = f(params);
        const expected = tidy(() => composition(...params.values()));
        expect(actual.shape).toEqual(expected.shape);
        expect(relativeError(readTensor(actual), readTensor(expected))).toBeLessThan(1e-6);
        actual.dispose();
        expected.dispose();
        disposeTree(params);
      });
    });

    it('has forward and reverse rules that are transposes of each other', () => {
      withoutLeaks(() => {
        const params = randomTree(inputs, 'params');
        expect(dotProductError(f, params)).toBeLessThan(1e-5);
        disposeTree(params);
      });
    });

    it('pushes tangents forward as TensorFlow.js does with its pullback, stored or not', () => {
      withoutLeaks(() => {
        const params = randomTree(inputs, 'params');
        const tangents = randomTree(inputs, 'tangents');
        const expected = oracleJvp(composition, params, tangents);
        const { primal, tangent } = jvp(f, params, tangents);
        const trace = new Trace(f, params);
        const alongTrace = trace.pushForward(tangents);
        expect(relativeError(readTensor(tangent), readTensor(expected))).toBeLessThan(1e-5);
        expect(readTensor(alongTrace)).toEqual(readTensor(tangent));
        expect(readTensor(trace.primal)).toEqual(readTensor(primal));
        [expected, primal, tangent, alongTrace, trace].forEach((made) => made.dispose());
        [params, tangents].forEach(disposeTree);
      });
    });

    it('pulls cotangents back as TensorFlow.js does', () => {
      withoutLeaks(() => {
        const params = randomTree(inputs, 'params');
        const trace = new Trace(f, params);
        const { size, shape } = trace.primal;
        const cotangent = createTensor(new RandomStream(13, 'cotangent').normals(size), shape);
        const expected = oracleVjp(composition, params, cotangent);
        const gradient = trace.pullBackAndDispose(cotangent);
        [...gradient.values()].forEach((actual, i) => {
          expect(actual.shape).toEqual(expected[i].shape);
          expect(relativeError(readTensor(actual), readTensor(expected[i]))).toBeLessThan(1e-5);
        });
        [cotangent, ...expected].forEach((tensor) => tensor.dispose());
        [params, gradient].forEach(disposeTree);
      });
    });

    it('agrees with central differences', () => {
      withoutLeaks(() => {
        const params = randomTree(inputs, 'params');
        expect(centralDifferenceError(f, params)).toBeLessThan(1e-3);
        disposeTree(params);
      });
    });
  });
});
