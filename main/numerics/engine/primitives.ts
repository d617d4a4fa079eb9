import { AppError } from '#contract/errors';
import { tf } from './library';
import {
  addLeading,
  joinHeads,
  mapRows,
  patchesOf,
  QUICK_GELU_SLOPE,
  splitHeads,
  SQRT_HALF,
} from './tensor-algebra';
import type { Attributes, Evaluated, Inputs, PrimitiveName } from './primitive-types';

type Evaluators = {
  readonly [K in PrimitiveName]: (inputs: Inputs<K>, attributes: Attributes<K>) => Evaluated<K>;
};

/**
 * How each primitive is evaluated on plain tensors. Callers wrap an evaluation in `tidy` and take from
 * it what they need; nothing here disposes anything.
 */
export const primitives: Evaluators = {
  add: ([a, b]) => ({ output: addLeading(a, b), saved: {} }),

  reshape: ([x], { shape }) => ({ output: tf.reshape(x, [...shape]), saved: {} }),

  matMul: ([a, b], { transposeB }) => ({
    output: mapRows(a, (rows) => tf.matMul(rows, b, false, transposeB)),
    saved: { a, b },
  }),

  linear: ([x, weight, bias]) => ({
    output: mapRows(x, (rows) => tf.add(tf.matMul(rows, weight, false, true), bias)),
    saved: { x, weight },
  }),

  layerNorm: ([x, weight, bias], { epsilon }) => {
    const centered = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centered), -1, true);
    const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
    const normalized = tf.mul(centered, inverseDeviation);
    const output = tf.add(tf.mul(normalized, weight), bias);
    return { output, saved: { normalized, inverseDeviation, weight } };
  },

  attention: ([qkv], { heads }) => {
    const [B, T, packed] = qkv.shape;
    if (qkv.shape.length !== 3 || packed % (3 * heads) !== 0) {
      throw new AppError('internal', `attention: ${heads} heads do not fit shape [${qkv.shape.join()}]`);
    }
    const [raw, keys, values] = splitHeads(qkv, heads, 3);
    const queries = tf.mul(raw, 1 / Math.sqrt(packed / 3 / heads));
    const weights = tf.softmax(tf.matMul(queries, keys, false, true)); // BH × T × T
    const output = joinHeads([tf.matMul(weights, values)], [B, T, packed / 3], heads);
    return { output, saved: { queries, keys, values, weights } };
  },

  quickGelu: ([x]) => {
    const sigmoid = tf.sigmoid(tf.mul(x, QUICK_GELU_SLOPE));
    const output = tf.mul(x, sigmoid);
    return { output, saved: { sigmoid, output } };
  },

  gelu: ([x]) => {
    const cdf = tf.mul(tf.add(tf.erf(tf.mul(x, SQRT_HALF)), 1), 0.5);
    return { output: tf.mul(x, cdf), saved: { x, cdf } };
  },

  patchify: ([pixels], { patchSize }) => ({ output: patchesOf(pixels, patchSize), saved: {} }),

  prependToken: ([token, tokens]) => {
    const [B, rest, D] = tokens.shape;
    const first = tf.matMul(tf.ones([B, 1]), tf.reshape(token, [1, D]));
    const joined = tf.concat([first, tf.reshape(tokens, [B, rest * D])], 1);
    return { output: tf.reshape(joined, [B, rest + 1, D]), saved: {} };
  },

  firstToken: ([tokens]) => {
    const [B, T, D] = tokens.shape;
    return { output: tf.slice(tf.reshape(tokens, [B, T * D]), [0, 0], [B, D]), saved: {} };
  },
};
