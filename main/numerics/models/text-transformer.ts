import { AppError } from '#contract/errors';
import type { TextArchitecture } from '#contract/specs/common';
import { add, embed, layerNorm, matMul, pickToken, scope } from '#numerics/engine/ops';
import type { Value } from '#numerics/engine/traced';
import { EPSILON, parameter, transformerBlocks, type Params } from './transformer-block';

/** Tokenized texts, padded to the context length. */
export interface TokenizedTexts {
  /** B × L token numbers, row-major, L the context length. */
  readonly tokens: Int32Array;
  /** For each of the B texts, where its end-of-text token is. */
  readonly endPositions: readonly number[];
}

/** Maps tokenized texts to features B × F, the same on plain and on traced parameters. */
export type TextEncoder = <V extends Value>(params: ReadonlyMap<string, V>, texts: TokenizedTexts) => V;

/**
 * Binds the text tower to its sizes.
 *
 * @param architecture sizes and activation
 * @returns the encoder as a function of parameters and texts
 */
export function textEncoder(architecture: TextArchitecture): TextEncoder {
  return (params, texts) => encodeText(architecture, params, texts);
}

/**
 * Encodes texts with CLIP's text transformer: causal pre-norm blocks on token embeddings, of which the
 * final state at the end-of-text token is projected.
 *
 * Source: Radford et al. 2021, section 2.4; open_clip `CLIP.encode_text`.
 *
 * @param architecture sizes and activation
 * @param params by open_clip's names, in the shapes of `textParameterShapes`
 * @param texts B texts
 * @returns un-normalized features B × F; belong to the caller
 * @throws {AppError} `params_mismatch` naming a parameter that is missing; `invalid_input` if there are
 * not L tokens for each text, or one is not in the vocabulary
 */
function encodeText<V extends Value>(
  architecture: TextArchitecture,
  params: Params<V>,
  texts: TokenizedTexts,
): V {
  const { contextLength: L, vocabularySize } = architecture;
  const { tokens, endPositions } = texts;
  const B = endPositions.length;
  if (tokens.length !== B * L) {
    throw new AppError('invalid_input', `${tokens.length} tokens are not ${B} texts of ${L} tokens`);
  }
  const stray = tokens.find((token) => token < 0 || token >= vocabularySize);
  if (stray !== undefined) {
    throw new AppError('invalid_input', `token ${stray} is not in the vocabulary of ${vocabularySize}`);
  }
  const get = (name: string): V => parameter(params, name);
  return scope(() => {
    const embedded = scope(() =>
      add<V>(embed(get('token_embedding.weight'), tokens, [B, L]), get('positional_embedding')),
    );
    const states = transformerBlocks(architecture, params, 'transformer.', true, embedded);
    const ends = pickToken(states, endPositions);
    const normalized = layerNorm(ends, get('ln_final.weight'), get('ln_final.bias'), EPSILON);
    return matMul<V>(normalized, get('text_projection'));
  });
}
