import { AppError } from '#contract/errors';
import type { VisionArchitecture } from '#contract/specs/common';
import {
  add,
  attention,
  gelu,
  layerNorm,
  linear,
  matMul,
  patchify,
  pickToken,
  prependToken,
  quickGelu,
  reshape,
  scope,
} from '#numerics/engine/ops';
import type { Tensor } from '#numerics/engine/tensor';
import type { Value } from '#numerics/engine/traced';

/** ε of every layer normalization of CLIP. */
const EPSILON = 1e-5;

/** Parameters of a tower by open_clip's names, plain or traced. */
type Params<V extends Value> = ReadonlyMap<string, V>;

/**
 * Maps images to features: pixels B × S × S × 3 to features B × F, the same on plain and on traced
 * parameters.
 */
export type ImageEncoder = <V extends Value>(params: ReadonlyMap<string, V>, pixels: Tensor) => V;

/**
 * Binds the image tower to its sizes.
 *
 * @param architecture sizes and activation
 * @returns the encoder as a function of parameters and pixels
 */
export function imageEncoder(architecture: VisionArchitecture): ImageEncoder {
  return (params, pixels) => encodeImage(architecture, params, pixels);
}

/**
 * Encodes images with CLIP's vision transformer: pre-norm blocks on patch tokens behind a class
 * token, whose final state is normalized and projected.
 *
 * Source: Radford et al. 2021, section 2.4; open_clip `VisionTransformer` (pooling by class token).
 *
 * @param architecture sizes and activation
 * @param params by open_clip's names, in the shapes of `visionParameterShapes`
 * @param pixels B × S × S × 3, normalized
 * @returns un-normalized features B × F; belong to the caller
 * @throws {AppError} `params_mismatch` naming a parameter that is missing
 */
function encodeImage<V extends Value>(
  architecture: VisionArchitecture,
  params: Params<V>,
  pixels: Tensor,
): V {
  const { width: D, patchSize, layers } = architecture;
  const get = (name: string): V => parameter(params, `visual.${name}`);
  return scope(() => {
    let tokens = scope(() => {
      const filters = reshape(get('conv1.weight'), [D, 3 * patchSize * patchSize]);
      const patches = matMul<V>(patchify(pixels, patchSize), filters, { transposeB: true });
      const sequence = prependToken(get('class_embedding'), patches);
      const placed = add<V>(sequence, get('positional_embedding')); // B × T × D
      return layerNorm(placed, get('ln_pre.weight'), get('ln_pre.bias'), EPSILON);
    });
    for (let layer = 0; layer < layers; layer++) {
      const input = tokens;
      tokens = scope(() => transformerBlock(architecture, params, layer, input));
    }
    const classTokens = pickToken(tokens, new Array<number>(pixels.shape[0]).fill(0));
    const pooled = layerNorm(classTokens, get('ln_post.weight'), get('ln_post.bias'), EPSILON);
    return matMul<V>(pooled, get('proj'));
  });
}

/** One pre-norm residual block on tokens B × T × D. */
function transformerBlock<V extends Value>(
  { heads, activation }: VisionArchitecture,
  params: Params<V>,
  layer: number,
  tokens: V,
): V {
  const get = (name: string): V => parameter(params, `visual.transformer.resblocks.${layer}.${name}`);
  const activate = activation === 'quickGelu' ? quickGelu<V> : gelu<V>;

  const attended = scope(() => {
    const normalized = layerNorm(tokens, get('ln_1.weight'), get('ln_1.bias'), EPSILON);
    const qkv = linear(normalized, get('attn.in_proj_weight'), get('attn.in_proj_bias')); // B × T × 3D
    const mixed = attention(qkv, { heads, causal: false });
    return add<V>(tokens, linear(mixed, get('attn.out_proj.weight'), get('attn.out_proj.bias')));
  });
  const normalized = layerNorm(attended, get('ln_2.weight'), get('ln_2.bias'), EPSILON);
  const hidden = activate(linear(normalized, get('mlp.c_fc.weight'), get('mlp.c_fc.bias')));
  return add<V>(attended, linear(hidden, get('mlp.c_proj.weight'), get('mlp.c_proj.bias')));
}

function parameter<V extends Value>(params: Params<V>, name: string): V {
  const value = params.get(name);
  if (value === undefined) {
    throw new AppError('params_mismatch', `parameter "${name}" is missing`, { parameter: name });
  }
  return value;
}
