import { kernels } from '#numerics/engine/kernels/active-kernels';
import { tf } from '#numerics/engine/library';
import type { Application, ForEachInput, PrimitiveName } from '#numerics/engine/primitive-types';
import { pickedRows } from '#numerics/engine/primitives';
import { share, type Tensor } from '#numerics/engine/tensor';
import { imagesOf, mapRows, rowsOf, scatterRows } from '#numerics/engine/tensor-algebra';

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
  add: ({ inputShapes }, u) => [() => share(u), () => kernels().sumLeading(u, inputShapes[1])],

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
    () => kernels().sumLeading(u, inputShapes[2]),
  ],

  // x̄ = N'(x)·(γ∘ȳ), γ̄ = Σ x̂∘ȳ, β̄ = Σ ȳ
  layerNorm: ({ saved, inputShapes }, u) => [
    () => kernels().layerNormVjp(saved, u),
    () => kernels().sumLeading(u, inputShapes[1], saved.normalized),
    () => kernels().sumLeading(u, inputShapes[2]),
  ],

  attention: ({ attributes, saved }, u) => [() => kernels().attentionVjp(saved, attributes, u)],

  quickGelu: ({ saved }, u) => [() => tf.mul(saved.slope, u)],

  gelu: ({ saved }, u) => [() => tf.mul(saved.slope, u)],

  patchify: ({ attributes, inputShapes }, u) => [() => imagesOf(u, inputShapes[0], attributes.patchSize)],

  // The token's cotangent is summed over the batch; the rest passes unchanged.
  prependToken: ({ inputShapes }, u) => {
    const [B, T, D] = u.shape;
    const rows = tf.reshape(u, [B, T * D]);
    return [
      () => kernels().sumLeading(tf.slice(rows, [0, 0], [B, D]), inputShapes[0]),
      () => tf.reshape(tf.slice(rows, [0, D], [B, (T - 1) * D]), [...inputShapes[1]]),
    ];
  },

  // All other tokens get zero.
  pickToken: ({ attributes: { positions }, inputShapes: [shape] }, u) => [
    () => {
      const [B, T] = shape;
      return tf.reshape(scatterRows(u, pickedRows(positions, T), B * T), [...shape]);
    },
  ],

  // A row of the table collects from every place where it was looked up.
  embed: ({ attributes: { indices }, inputShapes: [shape] }, u) => [
    () => scatterRows(rowsOf(u), indices, shape[0]),
  ],
};
