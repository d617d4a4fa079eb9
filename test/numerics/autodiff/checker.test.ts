import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { jvp } from '#numerics/autodiff/jvp';
import { jvpRules } from '#numerics/autodiff/jvp-rules';
import { disposeTree } from '#numerics/autodiff/param-tree';
import { vjpRules } from '#numerics/autodiff/vjp-rules';
import { useKernels } from '#numerics/engine/kernels/active-kernels';
import { composedKernels } from '#numerics/engine/kernels/composed';
import type { KernelSet } from '#numerics/engine/kernels/kernel-set';
import { tf } from '#numerics/engine/library';
import type { Application, PrimitiveName } from '#numerics/engine/primitive-types';
import { startEngine } from '#numerics/engine/start-engine';
import { readTensor, sizeOf, type Tensor } from '#numerics/engine/tensor';
import { relativeError } from '#test/support/closeness';
import { dotProductError, randomTree } from '#test/support/gradient-check';
import { primitiveSubjects, type PrimitiveSubject } from '#test/support/primitive-subjects';
import { withoutLeaks } from '#test/support/tensor-leaks';
import { oracleJvp } from '#test/support/tfjs-oracle';

/** Rules without their types, so that a test can break any of them in the same way. */
type AnyRule<R> = (application: unknown, argument: unknown) => R;
const forward = jvpRules as unknown as Record<PrimitiveName, AnyRule<Tensor>>;
const reverse = vjpRules as unknown as Record<PrimitiveName, AnyRule<(() => Tensor)[]>>;

const FACTOR = 1.001;

/** Replaces the forward rule of a primitive by one that is a thousandth too large. */
function breakForward(name: PrimitiveName): void {
  const right = forward[name];
  vi.spyOn(forward, name).mockImplementation((...args) => tf.mul(right(...args), FACTOR));
}

/** Replaces the reverse rule of a primitive by one that is a thousandth too large for one input. */
function breakReverse(name: PrimitiveName, input: number): void {
  const right = reverse[name];
  vi.spyOn(reverse, name).mockImplementation((...args) =>
    right(...args).map((pull, i) => (i === input ? () => tf.mul(pull(), FACTOR) : pull)),
  );
}

function measureDotProduct({ f, inputs }: PrimitiveSubject): number {
  const params = randomTree(inputs, 'params');
  const error = dotProductError(f, params);
  disposeTree(params);
  return error;
}

beforeAll(async () => {
  await startEngine('wasm');
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(primitiveSubjects)('the checker of $title', (subject) => {
  it('sees a forward rule that is a thousandth too large', () => {
    withoutLeaks(() => {
      breakForward(subject.primitive);
      expect(measureDotProduct(subject)).toBeGreaterThan(1e-5);
    });
  });

  it.each(Object.keys(subject.inputs).map((name, index) => ({ name, index })))(
    'sees a reverse rule that is a thousandth too large for $name',
    ({ index }) => {
      withoutLeaks(() => {
        breakReverse(subject.primitive, index);
        expect(measureDotProduct(subject)).toBeGreaterThan(1e-5);
      });
    },
  );

  it('sees by the double-vjp oracle what is wrong in both modes alike', () => {
    withoutLeaks(() => {
      breakForward(subject.primitive);
      const params = randomTree(subject.inputs, 'params');
      const tangents = randomTree(subject.inputs, 'tangents');
      const { primal, tangent } = jvp(subject.f, params, tangents);
      const expected = oracleJvp(subject.composition, params, tangents);
      expect(relativeError(readTensor(tangent), readTensor(expected))).toBeGreaterThan(1e-5);
      [primal, tangent, expected].forEach((tensor) => tensor.dispose());
      [params, tangents].forEach(disposeTree);
    });
  });
});

/** A sum over leading axes that forgets all rows but the first. */
const dropReduction: KernelSet['sumLeading'] = (x, shape, factor) => {
  const product = factor === undefined ? x : tf.mul(x, factor);
  const size = sizeOf(shape);
  const first = tf.slice(tf.reshape(product, [product.size / size, size]), [0, 0], [1, size]);
  return tf.reshape(first, [...shape]);
};

describe('a reverse rule that drops the sum over a repeated axis', () => {
  afterEach(() => {
    useKernels(composedKernels);
  });

  it.each(['add with broadcasting', 'linear', 'layerNorm', 'prependToken'])('is seen in %s', (title) => {
    withoutLeaks(() => {
      useKernels({ ...composedKernels, sumLeading: dropReduction });
      const subject = primitiveSubjects.find((candidate) => candidate.title === title)!;
      expect(measureDotProduct(subject)).toBeGreaterThan(1e-2);
    });
  });

  it('is seen where a row of a table was looked up twice', () => {
    withoutLeaks(() => {
      const right = reverse.embed;
      // As if every look-up had its own row: the second of a pair is lost.
      vi.spyOn(reverse, 'embed').mockImplementation((application, cotangent) => {
        const { attributes } = application as Application<'embed'>;
        const indices = attributes.indices.map((row, i, all) => (all.indexOf(row) === i ? row : 3));
        return right({ ...(application as object), attributes: { ...attributes, indices } }, cotangent);
      });
      const subject = primitiveSubjects.find(({ primitive }) => primitive === 'embed')!;
      expect(measureDotProduct(subject)).toBeGreaterThan(1e-2);
    });
  });
});
