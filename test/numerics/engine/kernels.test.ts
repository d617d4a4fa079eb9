import { beforeAll, describe, expect, it } from 'vitest';
import { kernels } from '#numerics/engine/kernels/active-kernels';
import { composedKernels } from '#numerics/engine/kernels/composed';
import type { KernelSet } from '#numerics/engine/kernels/kernel-set';
import { tf } from '#numerics/engine/library';
import { RandomStream } from '#numerics/engine/random';
import { startEngine } from '#numerics/engine/start-engine';
import { createTensor, readTensor, sizeOf, tidy, type Shape, type Tensor } from '#numerics/engine/tensor';
import { relativeError } from '#test/support/closeness';
import { withoutLeaks } from '#test/support/tensor-leaks';
import { testEngines } from '#test/support/test-engines';

function draw(name: string, shape: Shape): Tensor {
  return createTensor(new RandomStream(3, name).normals(sizeOf(shape)), shape);
}

/** Tokens, width and heads: of the starter, of ViT-B/32, and sizes that fill no vector register. */
const sizes = [
  { B: 3, T: 17, D: 96, heads: 4 },
  { B: 2, T: 50, D: 768, heads: 12 },
  { B: 1, T: 1, D: 8, heads: 1 },
  { B: 2, T: 257, D: 80, heads: 5 },
  { B: 4, T: 7, D: 33, heads: 3 },
] as const;

type Size = (typeof sizes)[number];

/** Every computation of a kernel set, on drawn inputs; results in one flat list. */
const computations: Readonly<Record<string, (set: KernelSet, size: Size) => Tensor[]>> = {
  addRow: (set, { B, T, D }) => [
    set.addRow(draw('x', [B * T, D]), draw('row', [D])),
    set.addRow(draw('x', [B, T, D]), draw('row', [D]), draw('other', [B, T, D])),
  ],
  sumLeading: (set, { B, T, D }) => [
    set.sumLeading(draw('x', [B, T, D]), [D]),
    set.sumLeading(draw('x', [B, T, D]), [T, D]),
    set.sumLeading(draw('x', [B, T, D]), [D], draw('factor', [B, T, D])),
  ],
  layerNorm: (set, { B, T, D }) => {
    const weight = draw('weight', [D]);
    const made = set.layerNorm(draw('x', [B, T, D]), weight, draw('bias', [D]), 1e-5);
    const saved = { ...made, weight };
    return [
      made.output,
      made.normalized,
      made.inverseDeviation,
      set.layerNormJvp(saved, draw('dx', [B, T, D]), draw('dw', [D]), draw('db', [D])),
      set.layerNormVjp(saved, draw('u', [B, T, D])),
    ];
  },
  attention: (set, size) => attend(set, size, false),
  'causal attention': (set, size) => attend(set, size, true),
  activations: (set, { B, T, D }) => {
    const x = tf.mul(draw('x', [B, T, D]), 4);
    return [set.quickGelu(x), set.quickGeluSlope(x), set.gelu(x), set.geluSlope(x)];
  },
  sumSquares: (set, { B, T, D }) => [tf.scalar(set.sumSquares(draw('x', [B, T, D])))],
  adamW: (set, { B, T, D }) => {
    const tensors = {
      params: draw('params', [B, T, D]),
      gradient: draw('gradient', [B, T, D]),
      firstMoment: draw('m', [B, T, D]),
      secondMoment: tf.square(draw('v', [B, T, D])),
    };
    const constants = {
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      learningRate: 1e-2,
      keptShare: 0.999,
      firstCorrection: 0.3,
      secondCorrection: 0.003,
    };
    const { params, firstMoment, secondMoment } = set.adamW(tensors, constants);
    return [params, firstMoment, secondMoment];
  },
};

function attend(set: KernelSet, { B, T, D, heads }: Size, causal: boolean): Tensor[] {
  const qkv = draw('qkv', [B, T, 3 * D]);
  const { output, weights } = set.attention(qkv, { heads, causal });
  const saved = { qkv, weights };
  return [
    output,
    weights,
    set.attentionJvp(saved, { heads, causal }, draw('dqkv', [B, T, 3 * D])),
    set.attentionVjp(saved, { heads, causal }, draw('u', [B, T, D])),
  ];
}

describe.each(testEngines.filter((engine) => engine !== 'cpu'))('the kernels of the %s engine', (engine) => {
  beforeAll(async () => {
    await startEngine(engine);
  });

  describe.each(Object.keys(computations))('for %s', (name) => {
    it.each(sizes)('agree with the composed ones at T = $T, D = $D, H = $heads', (size) => {
      withoutLeaks(() => {
        const actual = tidy(() => computations[name](kernels(), size));
        const expected = tidy(() => computations[name](composedKernels, size));
        actual.forEach((tensor, i) => {
          expect(tensor.shape).toEqual(expected[i].shape);
          expect(relativeError(readTensor(tensor), readTensor(expected[i])), `result ${i}`).toBeLessThan(
            2e-6,
          );
        });
        [...actual, ...expected].forEach((tensor) => tensor.dispose());
      });
    });

    it('give the same bits again', () => {
      const run = () =>
        tidy(() => computations[name](kernels(), sizes[1])).map((tensor) => {
          const numbers = readTensor(tensor);
          tensor.dispose();
          return numbers;
        });
      expect(run()).toEqual(run());
    });
  });
});
