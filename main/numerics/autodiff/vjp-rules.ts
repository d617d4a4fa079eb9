import { tf } from '#numerics/engine/library';
import type { Application, ForEachInput, PrimitiveName } from '#numerics/engine/primitive-types';
import { share, type Tensor } from '#numerics/engine/tensor';
import {
  imagesOf,
  joinHeads,
  lastAxis,
  mapRows,
  rowsOf,
  splitHeads,
  sumLeading,
} from '#numerics/engine/tensor-algebra';
import {
  geluDerivative,
  normalizationDerivative,
  quickGeluDerivative,
  softmaxDerivative,
} from './shared-derivatives';

/**
 * The rule that pulls a cotangent back through one primitive: x̄ᵢ = (∂y/∂xᵢ)ᵀ·ȳ. It returns one
 * function per input, of which only those are called whose result is wanted. Results are new
 * tensors; intermediates are left to the caller's `tidy`.
 */
type VjpRule<K extends PrimitiveName> = (
  application: Application<K>,
  cotangent: Tensor,
) => ForEachInput<K, () => Tensor>;

/** One reverse-mode rule for every primitive; a missing rule does not compile. */
export type VjpRules = { readonly [K in PrimitiveName]: VjpRule<K> };

/** How cotangents pass through each primitive. */
export const vjpRules: VjpRules = {
  // ā = ȳ, b̄ = ȳ summed over the axes that b was repeated over
  add: ({ inputShapes }, u) => [() => share(u), () => sumLeading(u, inputShapes[1])],

  reshape: ({ inputShapes }, u) => [() => tf.reshape(u, [...inputShapes[0]])],

  // Ā = Ȳ·Bᵀ, B̄ = Aᵀ·Ȳ (transposed if B was)
  matMul: ({ attributes: { transposeB }, saved: { a, b } }, u) => [
    () => mapRows(u, (rows) => tf.matMul(rows, b, false, !transposeB)),
    () =>
      transposeB
        ? tf.matMul(rowsOf(u), rowsOf(a), true, false)
        : tf.matMul(rowsOf(a), rowsOf(u), true, false),
  ],

  // x̄ = ȳ·W, W̄ = ȳᵀ·x, b̄ = Σ ȳ
  linear: ({ saved: { x, weight }, inputShapes }, u) => [
    () => mapRows(u, (rows) => tf.matMul(rows, weight)),
    () => tf.matMul(rowsOf(u), rowsOf(x), true, false),
    () => sumLeading(u, inputShapes[2]),
  ],

  // x̄ = N'(x)·(γ∘ȳ), γ̄ = Σ x̂∘ȳ, β̄ = Σ ȳ
  layerNorm: ({ saved, inputShapes }, u) => [
    () => normalizationDerivative(saved, tf.mul(u, saved.weight)),
    () => sumLeading(tf.mul(u, saved.normalized), inputShapes[1]),
    () => sumLeading(u, inputShapes[2]),
  ],

  // V̄ = PᵀŌ, S̄ = softmax'(S)·(ŌVᵀ), Q̄ = S̄K/√d, K̄ = S̄ᵀQ, with Q already divided by √d
  attention: ({ attributes: { heads }, saved, inputShapes }, u) => [
    () => {
      const { queries, keys, values, weights } = saved;
      const [dHeads] = splitHeads(u, heads, 1);
      const dScores = softmaxDerivative(weights, tf.matMul(dHeads, values, false, true));
      const dQueries = tf.mul(tf.matMul(dScores, keys), 1 / Math.sqrt(lastAxis(keys)));
      const dKeys = tf.matMul(dScores, queries, true, false);
      const dValues = tf.matMul(weights, dHeads, true, false);
      return joinHeads([dQueries, dKeys, dValues], inputShapes[0], heads);
    },
  ],

  quickGelu: ({ saved }, u) => [() => quickGeluDerivative(saved, u)],

  gelu: ({ saved }, u) => [() => geluDerivative(saved, u)],

  patchify: ({ attributes, inputShapes }, u) => [() => imagesOf(u, inputShapes[0], attributes.patchSize)],

  // The token's cotangent is summed over the batch; the rest passes unchanged.
  prependToken: ({ inputShapes }, u) => {
    const [B, T, D] = u.shape;
    const rows = tf.reshape(u, [B, T * D]);
    return [
      () => sumLeading(tf.slice(rows, [0, 0], [B, D]), inputShapes[0]),
      () => tf.reshape(tf.slice(rows, [0, D], [B, (T - 1) * D]), [...inputShapes[1]]),
    ];
  },

  // All other tokens get zero.
  firstToken: ({ inputShapes }, u) => [
    () => {
      const [B, T, D] = inputShapes[0];
      return tf.reshape(tf.concat([u, tf.zeros([B, (T - 1) * D])], 1), [B, T, D]);
    },
  ],
};
