/**
 * The op vocabulary that models are written in. Every op works on plain tensors and on traced values.
 *
 * Shapes are given in one alphabet everywhere: B batch, T tokens, D width, H heads, N samples,
 * C classes, P parameters, F feature size; … stands for any leading axes.
 *
 * Ownership: a result belongs to the caller, or to the enclosing {@link scope}.
 */
import { AppError } from '#contract/errors';
import type { Attributes, Inputs, PrimitiveName } from './primitive-types';
import { primitives } from './primitives';
import { tidy, type Shape, type Tensor } from './tensor';
import { Traced, type Value, type ValuesFor } from './traced';

/**
 * Evaluates a primitive, or hands it to the tracer of its inputs.
 *
 * @param name which primitive
 * @param inputs plain or traced
 * @param attributes constants of this application
 * @returns a plain tensor if all inputs are plain, else a traced value
 * @throws {AppError} `internal` if shapes do not fit
 */
function apply<K extends PrimitiveName>(name: K, inputs: ValuesFor<K>, attributes: Attributes<K>): Value {
  const traced = (inputs as readonly Value[]).find((input) => input instanceof Traced);
  if (traced !== undefined) return traced.tracer.apply(name, inputs, attributes);
  return tidy(() => primitives[name](inputs as Inputs<K>, attributes).output);
}

/**
 * Runs part of a model and releases its intermediates as soon as it ends.
 *
 * @param compute the part; returns the one value that is needed later
 * @returns that value
 */
export function scope<V extends Value>(compute: () => V): V {
  let result: V | undefined;
  tidy(() => {
    result = compute();
    return tensorsOf(result);
  });
  if (result === undefined) throw new AppError('internal', 'a scope ended without a result');
  return result;
}

function tensorsOf(value: Value): Tensor[] {
  return value instanceof Traced ? value.tensors() : [value];
}

/**
 * Adds: a + b, with b repeated over the leading axes that it lacks.
 *
 * @param a … × s
 * @param b s
 * @returns … × s
 */
export function add<V extends Value>(a: V | Tensor, b: V | Tensor): V {
  return apply('add', [a, b], {}) as V;
}

/**
 * Views the same numbers under another shape.
 *
 * @param x any shape
 * @param shape with as many elements
 * @returns a value of that shape
 */
export function reshape<V extends Value>(x: V, shape: Shape): V {
  return apply('reshape', [x], { shape }) as V;
}

/**
 * Multiplies matrices: A·B, or A·Bᵀ with `transposeB`.
 *
 * @param a … × D
 * @param b D × E, or E × D with `transposeB`
 * @param options whether b is given transposed
 * @param options.transposeB see above
 * @returns … × E
 */
export function matMul<V extends Value>(a: V | Tensor, b: V | Tensor, options = { transposeB: false }): V {
  return apply('matMul', [a, b], options) as V;
}

/**
 * Applies an affine map: x·Wᵀ + b (torch.nn.Linear).
 *
 * @param x … × D
 * @param weight E × D
 * @param bias E
 * @returns … × E
 */
export function linear<V extends Value>(x: V | Tensor, weight: V, bias: V): V {
  return apply('linear', [x, weight, bias], {}) as V;
}

/**
 * Normalizes the last axis: (x − mean x)/√(var x + ε)∘γ + β with the biased variance (torch.nn.LayerNorm).
 *
 * @param x … × D
 * @param weight γ, D
 * @param bias β, D
 * @param epsilon ε
 * @returns … × D
 */
export function layerNorm<V extends Value>(x: V, weight: V, bias: V, epsilon: number): V {
  return apply('layerNorm', [x, weight, bias], { epsilon }) as V;
}

/**
 * Attends: for every head softmax(QKᵀ/√(D/H))·V, heads side by side (torch.nn.MultiheadAttention
 * between its two projections).
 *
 * @param qkv B × T × 3D: queries, keys, values; within each, head by head
 * @param attributes how
 * @param attributes.heads H; divides D
 * @param attributes.causal whether a token sees only itself and the tokens before it
 * @returns B × T × D
 */
export function attention<V extends Value>(qkv: V, attributes: Attributes<'attention'>): V {
  return apply('attention', [qkv], attributes) as V;
}

/**
 * Applies QuickGELU, x·σ(1.702x), the activation of OpenAI's CLIP models.
 *
 * @param x any shape
 * @returns the same shape
 */
export function quickGelu<V extends Value>(x: V): V {
  return apply('quickGelu', [x], {}) as V;
}

/**
 * Applies GELU in its erf form, x·Φ(x).
 *
 * @param x any shape
 * @returns the same shape
 */
export function gelu<V extends Value>(x: V): V {
  return apply('gelu', [x], {}) as V;
}

/**
 * Cuts images into patches, each flattened channel, row, column, as a convolution's weight is.
 *
 * @param pixels B × S × S × 3
 * @param patchSize side p of a patch; divides S
 * @returns B × (S/p)² × 3p²
 */
export function patchify<V extends Value>(pixels: V, patchSize: number): V {
  return apply('patchify', [pixels], { patchSize }) as V;
}

/**
 * Puts one token in front of every sequence.
 *
 * @param token D
 * @param tokens B × T × D
 * @returns B × (T+1) × D
 */
export function prependToken<V extends Value>(token: V, tokens: V | Tensor): V {
  return apply('prependToken', [token, tokens], {}) as V;
}

/**
 * Takes one token of every sequence.
 *
 * @param tokens B × T × D
 * @param positions B numbers below T
 * @returns B × D
 */
export function pickToken<V extends Value>(tokens: V, positions: readonly number[]): V {
  return apply('pickToken', [tokens], { positions }) as V;
}

/**
 * Looks rows up in a table.
 *
 * @param table N × D
 * @param indices row numbers below N, row-major
 * @param shape … of the indices
 * @returns … × D
 */
export function embed<V extends Value>(table: V, indices: Int32Array, shape: Shape): V {
  return apply('embed', [table], { indices, shape }) as V;
}
