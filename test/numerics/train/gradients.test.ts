import { beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#contract/errors';
import { jvp } from '#numerics/autodiff/jvp';
import { linearize } from '#numerics/autodiff/linearize';
import {
  addTrees,
  axpyTrees,
  disposeTree,
  normTree,
  scaleTree,
  type ParamTree,
} from '#numerics/autodiff/param-tree';
import { Trace } from '#numerics/autodiff/trace';
import { tf } from '#numerics/engine/library';
import { startEngine } from '#numerics/engine/start-engine';
import { createTensor, readTensor, type Tensor } from '#numerics/engine/tensor';
import { imageEncoder } from '#numerics/models/vision-transformer';
import { classificationLoss } from '#numerics/train/classification-loss';
import { linearGradient, standardGradient } from '#numerics/train/gradients';
import { relativeError } from '#test/support/closeness';
import { withoutLeaks } from '#test/support/tensor-leaks';
import { tinyArchitecture, tinyDelta, tinyHead, tinyParams, tinyPixels } from '#test/support/tiny-tower';

const encode = imageEncoder(tinyArchitecture);
const head = tinyHead(4);
const labels = [0, 3, 1, 1, 2];

beforeAll(async () => {
  await startEngine('wasm');
});

function readAndDispose(tensor: Tensor): Float32Array {
  const numbers = readTensor(tensor);
  tensor.dispose();
  return numbers;
}

describe('classificationLoss', () => {
  it('agrees with TensorFlow.js in value and derivative', () => {
    withoutLeaks(() => {
      const pixels = tinyPixels(5);
      const params = tinyParams(1);
      const features = encode(params, pixels);
      const actual = classificationLoss(readTensor(features), head, labels);
      const lossOf = (f: Tensor) =>
        tf.tidy(() => {
          const W = tf.tensor2d(head.weight, [4, 6]);
          const logits = tf.add(tf.matMul(tf.div(f, tf.norm(f, 2, -1, true)), W, false, true), head.bias);
          return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 4), logits).asScalar();
        });
      const { value, grad } = tf.valueAndGrad(lossOf)(features);
      expect(actual.loss).toBeCloseTo(value.dataSync()[0], 5);
      expect(relativeError(actual.cotangent, readTensor(grad))).toBeLessThan(1e-5);
      [pixels, features, value, grad].forEach((tensor) => tensor.dispose());
      disposeTree(params);
    });
  });

  it('counts right predictions', () => {
    const oneHotHead = {
      classes: 2,
      featureSize: 2,
      weight: Float32Array.of(1, 0, 0, 1),
      bias: new Float32Array(2),
    };
    const features = Float32Array.of(3, 1, 1, 3, 2, 1);
    expect(classificationLoss(features, oneHotHead, [0, 1, 1]).correct).toBe(2);
  });

  it('refuses a label that is no class of the head', () => {
    const features = new Float32Array(6).fill(1);
    for (const stray of [4, -1, 1.5]) {
      expect(() => classificationLoss(features, head, [stray])).toThrow(`label ${stray}`);
    }
    expect(() => classificationLoss(features.subarray(1), head, [0])).toThrow(AppError);
  });
});

describe('standardGradient', () => {
  it('agrees with central differences of the loss', () => {
    withoutLeaks(() => {
      const pixels = tinyPixels(5);
      const params = tinyParams(1);
      const { loss, gradient } = standardGradient(encode, params, pixels, labels, head);
      const lossAt = (theta: ParamTree) =>
        classificationLoss(readAndDispose(encode(theta, pixels)), head, labels).loss;
      const slope = differentiate(lossAt, params, gradient);
      expect(loss).toBe(lossAt(params));
      expect(Math.abs(slope / normTree(gradient) - 1)).toBeLessThan(1e-3);
      pixels.dispose();
      [params, gradient].forEach(disposeTree);
    });
  });
});

describe('linearGradient', () => {
  it('is the standard gradient where the displacement is zero', () => {
    withoutLeaks(() => {
      const pixels = tinyPixels(5);
      const params = tinyParams(1);
      const zero = scaleTree(0, params);
      const linear = linearGradient(encode, params, zero, pixels, labels, head);
      const standard = standardGradient(encode, params, pixels, labels, head);
      expect(linear.loss).toBe(standard.loss);
      for (const [name, g] of standard.gradient) {
        expect(readTensor(linear.gradient.get(name)!)).toEqual(readTensor(g));
      }
      pixels.dispose();
      [params, zero, linear.gradient, standard.gradient].forEach(disposeTree);
    });
  });

  it('is Jᵀ applied to the derivative of the loss at the linearized features', () => {
    withoutLeaks(() => {
      const pixels = tinyPixels(5);
      const params0 = tinyParams(1);
      const delta = tinyDelta(2, 0.05);
      const params = addTrees(params0, delta);
      const { loss, gradient } = linearGradient(encode, params0, delta, pixels, labels, head);

      const features = readAndDispose(linearize((theta) => encode(theta, pixels), params0)(params));
      const expected = classificationLoss(features, head, labels);
      const trace = new Trace((theta) => encode(theta, pixels), params0);
      const cotangent = createTensor(expected.cotangent, trace.primal.shape);
      const pulled = trace.pullBack(cotangent);
      expect(loss).toBeCloseTo(expected.loss, 5);
      for (const [name, g] of gradient) {
        expect(relativeError(readTensor(g), readTensor(pulled.get(name)!)), name).toBeLessThan(1e-4);
      }
      [pixels, cotangent, trace].forEach((made) => made.dispose());
      [params0, delta, params, gradient, pulled].forEach(disposeTree);
    });
  });

  it('agrees with central differences of the linearized loss far from the parameters of expansion', () => {
    withoutLeaks(() => {
      const pixels = tinyPixels(5);
      const params0 = tinyParams(1);
      const delta = tinyDelta(2, 0.05);
      const { gradient } = linearGradient(encode, params0, delta, pixels, labels, head);
      const linear = linearize((theta) => encode(theta, pixels), params0);
      const params = addTrees(params0, delta);
      const lossAt = (theta: ParamTree) =>
        classificationLoss(readAndDispose(linear(theta)), head, labels).loss;
      const slope = differentiate(lossAt, params, gradient);
      expect(Math.abs(slope / normTree(gradient) - 1)).toBeLessThan(1e-3);
      pixels.dispose();
      [params0, delta, params, gradient].forEach(disposeTree);
    });
  });

  it('is what reverse mode through the forward-mode product gives', async () => {
    // TensorFlow.js's own tape runs over our jvp, on the engine that has a gradient for every op.
    await startEngine('cpu');
    try {
      withoutLeaks(() => {
        const pixels = tinyPixels(5);
        const params0 = tinyParams(1);
        const delta = tinyDelta(2, 0.05);
        const { loss, gradient } = linearGradient(encode, params0, delta, pixels, labels, head);
        const names = [...delta.keys()];
        const lossOf = (...displacements: Tensor[]) => {
          const along = new Map(names.map((name, i) => [name, displacements[i]]));
          const { primal, tangent } = jvp((theta) => encode(theta, pixels), params0, along);
          const f = tf.add(primal, tangent);
          const W = tf.tensor2d(head.weight, [4, 6]);
          const logits = tf.add(tf.matMul(tf.div(f, tf.norm(f, 2, -1, true)), W, false, true), head.bias);
          return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 4), logits).asScalar();
        };
        const { value, grads } = tf.valueAndGrads(lossOf)([...delta.values()]);
        expect(value.dataSync()[0]).toBeCloseTo(loss, 5);
        const flat = (tensors: Iterable<Tensor>) => [...tensors].flatMap((tensor) => [...readTensor(tensor)]);
        expect(relativeError(flat(gradient.values()), flat(grads))).toBeLessThan(1e-5);
        [pixels, value, ...grads].forEach((tensor) => tensor.dispose());
        [params0, delta, gradient].forEach(disposeTree);
      });
    } finally {
      await startEngine('wasm');
    }
  });

  it('leaves nothing behind when the displacement does not fit', () => {
    withoutLeaks(() => {
      const pixels = tinyPixels(5);
      const params0 = tinyParams(1);
      const delta = new Map([...params0].slice(1));
      expect(() => linearGradient(encode, params0, delta, pixels, labels, head)).toThrow(
        'parameter "visual.class_embedding" is missing',
      );
      pixels.dispose();
      disposeTree(params0);
    });
  });
});

/**
 * Slope of a function of parameters along the unit vector of a tree, by central differences. Along its
 * gradient a function bends more than along a random direction, so the step is a tenth of the usual.
 */
function differentiate(lossAt: (params: ParamTree) => number, params: ParamTree, along: ParamTree): number {
  const step = (2e-4 * normTree(params)) / normTree(along);
  const at = (coefficient: number) => {
    const moved = axpyTrees(coefficient, along, params);
    const loss = lossAt(moved);
    disposeTree(moved);
    return loss;
  };
  return (at(step) - at(-step)) / (2 * step * normTree(along));
}
