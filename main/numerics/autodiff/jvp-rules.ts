import { AppError } from '#contract/errors';
import { kernels } from '#numerics/engine/kernels/active-kernels';
import { tf } from '#numerics/engine/library';
import type { Application, ForEachInput, PrimitiveName } from '#numerics/engine/primitive-types';
import { share, type Shape, type Tensor } from '#numerics/engine/tensor';
import { addLeading, mapRows, patchesOf } from '#numerics/engine/tensor-algebra';
import { primitives } from '#numerics/engine/primitives';

/**
 * The rule that pushes tangents through one primitive: ẏ = Σ ∂y/∂xᵢ·ẋᵢ. A tangent that is null is zero;
 * at least one is not. The result is a new tensor; intermediates are left to the caller's `tidy`.
 */
type JvpRule<K extends PrimitiveName> = (
  application: Application<K>,
  tangents: ForEachInput<K, Tensor | null>,
) => Tensor;

/** One forward-mode rule for every primitive; a missing rule does not compile. */
export type JvpRules = { readonly [K in PrimitiveName]: JvpRule<K> };

/** How tangents pass through each primitive. */
export const jvpRules: JvpRules = {
  // ẏ = ȧ + ḃ
  add: ({ outputShape }, [da, db]) => sumTerms(outputShape, da, db),

  // ẏ is ẋ under the new shape
  reshape: ({ attributes }, [dx]) => tf.reshape(dx!, [...attributes.shape]),

  // Ẏ = Ȧ·B + A·Ḃ
  matMul: ({ attributes: { transposeB }, saved: { a, b }, outputShape }, [da, db]) =>
    sumTerms(
      outputShape,
      da && mapRows(da, (rows) => tf.matMul(rows, b, false, transposeB)),
      db && mapRows(a, (rows) => tf.matMul(rows, db, false, transposeB)),
    ),

  // ẏ = ẋ·Wᵀ + x·Ẇᵀ + ḃ
  linear: ({ saved: { x, weight }, outputShape }, [dx, dWeight, dBias]) => {
    const throughInput = dx && mapRows(dx, (rows) => tf.matMul(rows, weight, false, true));
    const throughWeight = dWeight && mapRows(x, (rows) => tf.matMul(rows, dWeight, false, true));
    if (throughInput && throughWeight && dBias) {
      return kernels().addRow(throughInput, dBias, throughWeight);
    }
    return sumTerms(outputShape, throughInput, throughWeight, dBias);
  },

  // ẏ = γ∘N'(x)·ẋ + x̂∘γ̇ + β̇
  layerNorm: ({ saved, outputShape }, [dx, dWeight, dBias]) => {
    const { normalized, weight } = saved;
    if (dx === null) return sumTerms(outputShape, dWeight && tf.mul(normalized, dWeight), dBias);
    const zero = () => tf.zeros(weight.shape);
    return kernels().layerNormJvp(saved, dx, dWeight ?? zero(), dBias ?? zero());
  },

  attention: ({ attributes, saved }, [dQkv]) => kernels().attentionJvp(saved, attributes, dQkv!),

  quickGelu: ({ saved }, [dx]) => tf.mul(saved.slope, dx!),

  gelu: ({ saved }, [dx]) => tf.mul(saved.slope, dx!),

  // Linear in the pixels
  patchify: ({ attributes }, [dPixels]) => patchesOf(dPixels!, attributes.patchSize),

  // Linear in both inputs
  prependToken: ({ inputShapes }, [dToken, dTokens]) =>
    primitives.prependToken(
      [dToken ?? tf.zeros([...inputShapes[0]]), dTokens ?? tf.zeros([...inputShapes[1]])],
      {},
    ).output,

  // Linear in the tokens
  pickToken: ({ attributes }, [dTokens]) => primitives.pickToken([dTokens!], attributes).output,

  // Linear in the table
  embed: ({ attributes }, [dTable]) => primitives.embed([dTable!], attributes).output,
};

/** Adds the terms that are not zero, repeating those of lower rank over the leading axes of the result. */
function sumTerms(shape: Shape, ...terms: readonly (Tensor | null)[]): Tensor {
  const present = terms.filter((term) => term !== null);
  if (present.length === 0) throw new AppError('internal', 'a jvp rule was called without a tangent');
  const [first, ...rest] = present;
  const start = first.shape.length === shape.length ? share(first) : addLeading(tf.zeros([...shape]), first);
  return rest.reduce((sum, term) => addLeading(sum, term), start);
}
