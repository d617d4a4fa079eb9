import { AppError } from '#contract/errors';
import { kernels } from './kernels/active-kernels';
import { tf } from './library';
import { addLeading, lastAxis, mapRows, patchesOf, takeRows } from './tensor-algebra';
import type { Attributes, Evaluated, Inputs, PrimitiveName } from './primitive-types';

type Evaluators = {
  readonly [K in PrimitiveName]: (inputs: Inputs<K>, attributes: Attributes<K>) => Evaluated<K>;
};

/** For primitives that are linear with constant coefficients. */
const nothing = () => ({});

/**
 * How each primitive is evaluated on plain tensors. Callers wrap an evaluation, and the making of what
 * it saves, in one `tidy` and take from it what they need; nothing here disposes anything.
 */
export const primitives: Evaluators = {
  add: ([a, b]) => ({ output: addLeading(a, b), save: nothing }),

  reshape: ([x], { shape }) => ({ output: tf.reshape(x, [...shape]), save: nothing }),

  matMul: ([a, b], { transposeB }) => ({
    output: mapRows(a, (rows) => tf.matMul(rows, b, false, transposeB)),
    save: () => ({ a, b }),
  }),

  linear: ([x, weight, bias]) => ({
    output: mapRows(x, (rows) => kernels().addRow(tf.matMul(rows, weight, false, true), bias)),
    save: () => ({ x, weight }),
  }),

  layerNorm: ([x, weight, bias], { epsilon }) => {
    const { output, ...statistics } = kernels().layerNorm(x, weight, bias, epsilon);
    return { output, save: () => ({ ...statistics, weight }) };
  },

  attention: ([qkv], attributes) => {
    const { output, weights } = kernels().attention(qkv, attributes);
    return { output, save: () => ({ qkv, weights }) };
  },

  quickGelu: ([x]) => ({
    output: kernels().quickGelu(x),
    save: () => ({ slope: kernels().quickGeluSlope(x) }),
  }),

  gelu: ([x]) => ({ output: kernels().gelu(x), save: () => ({ slope: kernels().geluSlope(x) }) }),

  patchify: ([pixels], { patchSize }) => ({ output: patchesOf(pixels, patchSize), save: nothing }),

  prependToken: ([token, tokens]) => {
    const [B, rest, D] = tokens.shape;
    const first = tf.matMul(tf.ones([B, 1]), tf.reshape(token, [1, D]));
    const joined = tf.concat([first, tf.reshape(tokens, [B, rest * D])], 1);
    return { output: tf.reshape(joined, [B, rest + 1, D]), save: nothing };
  },

  pickToken: ([tokens], { positions }) => {
    const [B, T, D] = tokens.shape;
    if (positions.length !== B) {
      throw new AppError('internal', `pickToken: ${positions.length} positions for ${B} sequences`);
    }
    return { output: takeRows(tf.reshape(tokens, [B * T, D]), pickedRows(positions, T)), save: nothing };
  },

  embed: ([table], { indices, shape }) => {
    const rows = takeRows(table, indices);
    return { output: tf.reshape(rows, [...shape, lastAxis(rows)]), save: nothing };
  },
};

/**
 * Returns where the picked tokens lie among all tokens of a batch.
 *
 * @param positions of the token in each sequence
 * @param T length of a sequence
 * @returns B row numbers
 */
export function pickedRows(positions: readonly number[], T: number): Int32Array {
  return Int32Array.from(positions, (position, sequence) => sequence * T + position);
}
