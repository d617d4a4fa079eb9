import type { ParamFunction } from '#numerics/autodiff/param-function';
import { tf } from '#numerics/engine/library';
import * as ops from '#numerics/engine/ops';
import type { PrimitiveName } from '#numerics/engine/primitive-types';
import type { Shape, Tensor } from '#numerics/engine/tensor';
import type { Composition } from './tfjs-oracle';

/** A primitive with inputs to try it on and the same function composed of TensorFlow.js ops. */
export interface PrimitiveSubject {
  readonly title: string;
  readonly primitive: PrimitiveName;
  /** Shape of each input, in order; every input is a parameter. */
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly f: ParamFunction;
  readonly composition: Composition;
}

const layerNorm: Composition = (x, weight, bias) => {
  const { mean, variance } = tf.moments(x, -1, true);
  return x.sub(mean).div(variance.add(1e-5).sqrt()).mul(weight).add(bias);
};

const attention = (qkv: Tensor, isCausal: boolean): Tensor => {
  const heads = tf.transpose(tf.reshape(qkv, [2, 5, 3, 2, 4]), [2, 0, 3, 1, 4]);
  const [q, k, v] = tf.unstack(heads);
  const scores = tf.matMul(q, k, false, true).div(2);
  // Minus infinity above the diagonal, as in PyTorch.
  const later = tf.sub(1, tf.linalg.bandPart(tf.ones([5, 5]), -1, 0));
  const hidden = tf.where(tf.equal(later, 1), tf.fill([5, 5], Number.NEGATIVE_INFINITY), tf.zeros([5, 5]));
  const weights = tf.softmax(isCausal ? tf.add(scores, hidden) : scores);
  return tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [2, 5, 8]);
};

const rowsTimes = (x: Tensor, matrix: Tensor): Tensor =>
  tf.reshape(tf.matMul(tf.reshape(x, [-1, 4]), matrix), [2, 3, -1]);

/** One line per primitive, and per way of using it that has its own branch in a rule. */
export const primitiveSubjects: readonly PrimitiveSubject[] = [
  {
    title: 'add of equal shapes',
    primitive: 'add',
    inputs: { a: [3, 4], b: [3, 4] },
    f: (p) => ops.add(p.get('a')!, p.get('b')!),
    composition: (a, b) => tf.add(a, b),
  },
  {
    title: 'add with broadcasting',
    primitive: 'add',
    inputs: { a: [3, 2, 4], b: [2, 4] },
    f: (p) => ops.add(p.get('a')!, p.get('b')!),
    composition: (a, b) => tf.add(a, b),
  },
  {
    title: 'add of a value to itself',
    primitive: 'add',
    inputs: { a: [3, 4] },
    f: (p) => ops.add(p.get('a')!, p.get('a')!),
    composition: (a) => tf.add(a, a),
  },
  {
    title: 'reshape',
    primitive: 'reshape',
    inputs: { x: [3, 4] },
    f: (p) => ops.reshape(p.get('x')!, [2, 6]),
    composition: (x) => tf.reshape(x, [2, 6]),
  },
  {
    title: 'matMul',
    primitive: 'matMul',
    inputs: { a: [2, 3, 4], b: [4, 5] },
    f: (p) => ops.matMul(p.get('a')!, p.get('b')!),
    composition: (a, b) => rowsTimes(a, b),
  },
  {
    title: 'matMul with a transposed operand',
    primitive: 'matMul',
    inputs: { a: [2, 3, 4], b: [5, 4] },
    f: (p) => ops.matMul(p.get('a')!, p.get('b')!, { transposeB: true }),
    composition: (a, b) => rowsTimes(a, tf.transpose(b)),
  },
  {
    title: 'linear',
    primitive: 'linear',
    inputs: { x: [2, 3, 4], weight: [5, 4], bias: [5] },
    f: (p) => ops.linear(p.get('x')!, p.get('weight')!, p.get('bias')!),
    composition: (x, weight, bias) => rowsTimes(x, tf.transpose(weight)).add(bias),
  },
  {
    title: 'layerNorm',
    primitive: 'layerNorm',
    inputs: { x: [2, 3, 8], weight: [8], bias: [8] },
    f: (p) => ops.layerNorm(p.get('x')!, p.get('weight')!, p.get('bias')!, 1e-5),
    composition: layerNorm,
  },
  {
    title: 'attention',
    primitive: 'attention',
    inputs: { qkv: [2, 5, 24] },
    f: (p) => ops.attention(p.get('qkv')!, { heads: 2, causal: false }),
    composition: (qkv) => attention(qkv, false),
  },
  {
    title: 'causal attention',
    primitive: 'attention',
    inputs: { qkv: [2, 5, 24] },
    f: (p) => ops.attention(p.get('qkv')!, { heads: 2, causal: true }),
    composition: (qkv) => attention(qkv, true),
  },
  {
    title: 'quickGelu',
    primitive: 'quickGelu',
    inputs: { x: [3, 7] },
    f: (p) => ops.quickGelu(p.get('x')!),
    composition: (x) => tf.mul(x, tf.sigmoid(tf.mul(x, 1.702))),
  },
  {
    title: 'gelu',
    primitive: 'gelu',
    inputs: { x: [3, 7] },
    f: (p) => ops.gelu(p.get('x')!),
    composition: (x) => tf.mul(x, tf.mul(tf.add(tf.erf(tf.div(x, Math.SQRT2)), 1), 0.5)),
  },
  {
    title: 'patchify',
    primitive: 'patchify',
    inputs: { pixels: [2, 4, 4, 3] },
    f: (p) => ops.patchify(p.get('pixels')!, 2),
    composition: (pixels) =>
      tf.reshape(tf.transpose(tf.reshape(pixels, [2, 2, 2, 2, 2, 3]), [0, 1, 3, 5, 2, 4]), [2, 4, 12]),
  },
  {
    title: 'prependToken',
    primitive: 'prependToken',
    inputs: { token: [4], tokens: [2, 3, 4] },
    f: (p) => ops.prependToken(p.get('token')!, p.get('tokens')!),
    composition: (token, tokens) => tf.concat([tf.mul(tf.ones([2, 1, 4]), token), tokens], 1),
  },
  {
    title: 'pickToken',
    primitive: 'pickToken',
    inputs: { tokens: [3, 4, 5] },
    f: (p) => ops.pickToken(p.get('tokens')!, [0, 3, 1]),
    composition: (tokens) =>
      tf.concat([0, 3, 1].map((t, b) => tf.reshape(tf.slice(tokens, [b, t, 0], [1, 1, 5]), [1, 5]))),
  },
  {
    title: 'embed with a row used twice',
    primitive: 'embed',
    inputs: { table: [5, 3] },
    f: (p) => ops.embed(p.get('table')!, Int32Array.of(4, 0, 4, 2), [2, 2]),
    composition: (table) =>
      tf.reshape(tf.concat([4, 0, 4, 2].map((row) => tf.slice(table, [row, 0], [1, 3]))), [2, 2, 3]),
  },
];
