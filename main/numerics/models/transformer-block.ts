import { AppError } from '#contract/errors';
import type { TransformerSizes } from '#contract/specs/common';
import { add, attention, gelu, layerNorm, linear, quickGelu, scope } from '#numerics/engine/ops';
import type { Value } from '#numerics/engine/traced';

/** ε of every layer normalization of CLIP. */
export const EPSILON = 1e-5;

/** Parameters of a tower by open_clip's names, plain or traced. */
export type Params<V extends Value> = ReadonlyMap<string, V>;

/**
 * Applies the pre-norm residual blocks of a CLIP tower: x + MHA(LN x), then x + MLP(LN x).
 *
 * Source: open_clip `ResidualAttentionBlock`.
 *
 * @param sizes of the tower
 * @param params by open_clip's names
 * @param prefix in front of `resblocks.<layer>`
 * @param causal whether a token sees only itself and the tokens before it
 * @param tokens B × T × D
 * @returns B × T × D
 * @throws {AppError} `params_mismatch` naming a parameter that is missing
 */
export function transformerBlocks<V extends Value>(
  sizes: TransformerSizes,
  params: Params<V>,
  prefix: string,
  causal: boolean,
  tokens: V,
): V {
  const { heads, activation, layers } = sizes;
  const activate = activation === 'quickGelu' ? quickGelu<V> : gelu<V>;
  const block = (layer: number, input: V): V => {
    const get = (name: string): V => parameter(params, `${prefix}resblocks.${layer}.${name}`);
    const attended = scope(() => {
      const normalized = layerNorm(input, get('ln_1.weight'), get('ln_1.bias'), EPSILON);
      const qkv = linear(normalized, get('attn.in_proj_weight'), get('attn.in_proj_bias')); // B × T × 3D
      const mixed = attention(qkv, { heads, causal });
      return add<V>(input, linear(mixed, get('attn.out_proj.weight'), get('attn.out_proj.bias')));
    });
    const normalized = layerNorm(attended, get('ln_2.weight'), get('ln_2.bias'), EPSILON);
    const hidden = activate(linear(normalized, get('mlp.c_fc.weight'), get('mlp.c_fc.bias')));
    return add<V>(attended, linear(hidden, get('mlp.c_proj.weight'), get('mlp.c_proj.bias')));
  };
  let current = tokens;
  for (let layer = 0; layer < layers; layer++) {
    const input = current;
    current = scope(() => block(layer, input));
  }
  return current;
}

/**
 * Takes a parameter.
 *
 * @param params by name
 * @param name which
 * @throws {AppError} `params_mismatch` if it is missing
 */
export function parameter<V extends Value>(params: Params<V>, name: string): V {
  const value = params.get(name);
  if (value === undefined) {
    throw new AppError('params_mismatch', `parameter "${name}" is missing`, { parameter: name });
  }
  return value;
}
