import type { VisionArchitecture } from '#contract/specs/common';
import {
  add,
  layerNorm,
  matMul,
  patchify,
  pickToken,
  prependToken,
  reshape,
  scope,
} from '#numerics/engine/ops';
import type { Tensor } from '#numerics/engine/tensor';
import type { Value } from '#numerics/engine/traced';
import { EPSILON, parameter, transformerBlocks, type Params } from './transformer-block';

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
  const { width: D, patchSize } = architecture;
  const get = (name: string): V => parameter(params, `visual.${name}`);
  return scope(() => {
    const embedded = scope(() => {
      const filters = reshape(get('conv1.weight'), [D, 3 * patchSize * patchSize]);
      const patches = matMul<V>(patchify(pixels, patchSize), filters, { transposeB: true });
      const sequence = prependToken(get('class_embedding'), patches);
      const placed = add<V>(sequence, get('positional_embedding')); // B × T × D
      return layerNorm(placed, get('ln_pre.weight'), get('ln_pre.bias'), EPSILON);
    });
    const tokens = transformerBlocks(architecture, params, 'visual.transformer.', false, embedded);
    const classTokens = pickToken(tokens, new Array<number>(pixels.shape[0]).fill(0));
    const pooled = layerNorm(classTokens, get('ln_post.weight'), get('ln_post.bias'), EPSILON);
    return matMul<V>(pooled, get('proj'));
  });
}
